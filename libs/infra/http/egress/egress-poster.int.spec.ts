import { once } from 'node:events';
import type { LookupAddress } from 'node:dns';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { EgressPolicy } from './egress-policy.js';
import { readTarget } from './egress-target.js';
import { EgressPoster } from './egress-poster.js';
import type { Resolver } from './guarded-lookup.js';
import type { PosterLimits } from './post-result.js';

const servers: Server[] = [];
const sockets = new Set<Socket>();
const posters: EgressPoster[] = [];

afterEach(async () => {
  await Promise.all(posters.splice(0).map((poster) => poster.close()));
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** Speaks as it likes: `talk` gets each request's bytes with the number of its connection. */
async function receiver(talk: (socket: Socket, connection: number) => void, host = '127.0.0.1', port = 0): Promise<number> {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    const number = connections;
    sockets.add(socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket)));
    socket.on('data', () => talk(socket, number));
  }).listen(port, host);
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function poster({ allow = ['127.0.0.1/32'], resolve, limits = {} }: { allow?: string[]; resolve?: Resolver; limits?: Partial<PosterLimits> } = {}): EgressPoster {
  const policy = new EgressPolicy({ allow, trustedOrigin: null });
  const made = new EgressPoster({ policy, read: (text) => readTarget(text, policy) }, resolve, { connectMs: 10_000, totalMs: 20_000, bodyMs: 1_000, ...limits });
  posters.push(made);
  return made;
}

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const address = (ip: string): LookupAddress => ({ address: ip, family: 4 });

describe('a receiver', () => {
  it.each<[string, (socket: Socket) => void, object]>([
    ['that answers', (socket) => socket.write(ok), { kind: 'answered', statusCode: 200, body: Buffer.from('ok') }],
    ['that hangs', () => undefined, { kind: 'failed', failure: 'timeout' }],
    ['that cuts the line', (socket) => socket.resetAndDestroy(), { kind: 'failed', failure: 'reset' }],
    ['that closes without a word', (socket) => socket.end(), { kind: 'failed', failure: 'reset' }],
    ['that sends half a head', (socket) => socket.end('HTTP/1.1 200'), { kind: 'failed' }],
    ['that speaks something else', (socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'), { kind: 'failed', failure: 'invalid_response' }],
    ['with an endless head', (socket) => socket.write(`HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(10_000)}`), { kind: 'failed', failure: 'invalid_response' }],
    ['that redirects inside', (socket) => socket.write('HTTP/1.1 307 Moved\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n'), { kind: 'answered', statusCode: 307 }],
    ['that drips its answer', (socket) => { socket.write('HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\nd'); }, { kind: 'answered', statusCode: 200, body: Buffer.from('d') }],
    ['that closes in the middle of its answer', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\nhalf'), { kind: 'answered', statusCode: 200, body: Buffer.from('half') }],
  ])('%s', async (_what, talk, wanted) => {
    const port = await receiver(talk);
    const limits = 'failure' in wanted && wanted.failure === 'timeout' ? { totalMs: 400 } : {};
    const result = await poster({ limits }).post(`http://127.0.0.1:${port}/`, { 'content-type': 'application/json' }, '{}');
    expect(result).toMatchObject(wanted);
    expect(result.durationMs).toBeLessThan(15_000);
  });

  it('that never stops sending is cut', async () => {
    const port = await receiver((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      const flood = (): void => {
        while (socket.writable && socket.write(`4000\r\n${'x'.repeat(0x4000)}\r\n`));
      };
      socket.on('drain', flood);
      flood();
    });
    const result = await poster().post(`http://127.0.0.1:${port}/`, {}, '{}');
    expect(result).toMatchObject({ kind: 'answered', statusCode: 200, body: Buffer.from('x'.repeat(16 * 1024)) });
  });

  it('that is not there, has no name, or no TLS', async () => {
    const port = await receiver((socket) => socket.write('HTTP/1.1 400 Bad\r\ncontent-length: 0\r\n\r\n'));
    expect(await poster().post('http://127.0.0.1:1/', {}, '')).toMatchObject({ failure: 'connect' });
    expect(await poster().post('http://nobody.invalid/', {}, '')).toMatchObject({ failure: 'dns' });
    expect(await poster().post(`https://127.0.0.1:${port}/`, {}, '')).toMatchObject({ failure: 'tls' });
  });
});

describe('connections', () => {
  it('are kept for the next call', async () => {
    const connections: number[] = [];
    const port = await receiver((socket, number) => {
      connections.push(number);
      socket.write(ok);
    });
    const sender = poster();
    const results = [];
    for (let call = 0; call < 3; call += 1) results.push(await sender.post(`http://127.0.0.1:${port}/`, {}, '{}'));
    expect(connections).toEqual([1, 1, 1]);
    expect(results.map(({ timing }) => Object.keys(timing))).toEqual([['connect', 'first_byte'], ['first_byte'], ['first_byte']]);
  });

  it('that were closed while they were idle cost no attempt', async () => {
    const port = await receiver((socket, number) => {
      if (number === 1 && socket.bytesWritten > 0) socket.resetAndDestroy();
      else socket.write(ok);
    });
    const sender = poster();
    for (let call = 0; call < 2; call += 1) expect(await sender.post(`http://127.0.0.1:${port}/`, {}, '{}')).toMatchObject({ statusCode: 200 });
  });
});

describe('the guard', () => {
  it.each(['http://127.0.0.2/', 'http://[::1]/', 'http://2130706434/', 'http://0x7f.2/', 'http://[::ffff:127.0.0.2]/', 'ftp://example.org/', 'http://user@127.0.0.1/', 'nonsense'])('refuses %s', async (url) => {
    expect(await poster().post(url, {}, '{}')).toMatchObject({ kind: 'failed', failure: 'egress_refused' });
  });

  it('refuses a name when any of its addresses is forbidden', async () => {
    const resolve: Resolver = async () => [address('127.0.0.1'), address('127.0.0.2')];
    expect(await poster({ resolve }).post('http://two.example/', {}, '{}')).toMatchObject({ failure: 'egress_refused' });
  });

  it('connects to what it judged, though the name means something else a moment later', async () => {
    const inside: number[] = [];
    const port = await receiver((socket) => socket.write('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok'));
    await receiver((_socket, number) => inside.push(number), '127.0.0.2', port);
    let asked = 0;
    const sender = poster({ resolve: async () => [address(asked++ === 0 ? '127.0.0.1' : '127.0.0.2')] });
    const url = `http://changing.example:${port}/`;
    expect(await sender.post(url, {}, '{}')).toMatchObject({ statusCode: 200, timing: { dns: expect.any(Number), connect: expect.any(Number) } });
    expect(asked).toBe(1);
    expect(await sender.post(url, {}, '{}')).toMatchObject({ failure: 'egress_refused' });
    expect(inside).toEqual([]);
  });
});
