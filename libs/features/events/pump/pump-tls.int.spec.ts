import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeCertificate, type TestCertificate } from '#testing/tls-certificate';
import { PumpFixture } from './pump.fixture.js';

const host = 'hooks.heliograph.test';
const day = 86_400_000;
const authority = makeCertificate({ commonName: 'A test authority', isAuthority: true });
const stranger = makeCertificate({ commonName: 'Nobody knows it', isAuthority: true });

let fixture: PumpFixture;
const servers: Server[] = [];
const sockets = new Set<Socket>();
beforeAll(async () => {
  fixture = await PumpFixture.create();
});
beforeEach(() => {
  // What NODE_EXTRA_CA_CERTS does for a process, for these tests: the certificates below have the one fault that they are about.
  const make = tls.createSecureContext;
  vi.spyOn(tls, 'createSecureContext').mockImplementation((options) => make({ ...options, ca: [...tls.rootCertificates, authority.cert] }));
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});
afterAll(async () => fixture?.drop());

/** What came, once it was decrypted; of a handshake that is broken, as it lay on the wire. */
interface Line {
  port: number;
  connections: number;
  readonly read: Buffer[];
  readonly wire: Buffer[];
}

async function listen(onSocket: (socket: Socket, line: Line) => void): Promise<Line> {
  const line: Line = { port: 0, connections: 0, read: [], wire: [] };
  const server = createTcpServer((socket) => {
    line.connections += 1;
    sockets.add(socket.on('error', () => undefined).on('close', () => sockets.delete(socket)));
    onSocket(socket, line);
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  line.port = (server.address() as AddressInfo).port;
  return line;
}

/** Answers 204 to whatever is said to it over TLS. */
function secure({ key, cert }: TestCertificate): Promise<Line> {
  const context = tls.createSecureContext({ key, cert });
  return listen((socket, { read }) => {
    const secured = new tls.TLSSocket(socket, { isServer: true, secureContext: context });
    secured.on('error', () => undefined).on('data', (chunk: Buffer) => {
      read.push(chunk);
      secured.write('HTTP/1.1 204 No Content\r\n\r\n');
    });
  });
}

/** Says this to the first word of the handshake. */
const broken = (say: (socket: Socket) => void): Promise<Line> => listen((socket, { wire }) => socket.on('data', (chunk: Buffer) => {
  wire.push(chunk);
  say(socket);
}));

async function deliver({ port }: Line): Promise<{ id: string }> {
  const { id } = await fixture.endpoint(`https://${host}:${port}/hook`);
  await fixture.deliveries(id, 1);
  const handler = fixture.handler({ resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]), limits: { connectMs: 1_000 } });
  await handler.handle({ workspaceId: fixture.workspaceId, endpointId: id }, new AbortController().signal);
  return { id };
}

const ours = { issuer: authority, commonName: host, hosts: [host] };

describe('a receiver with TLS', () => {
  it('is delivered to when its certificate is right', async () => {
    const line = await secure(makeCertificate(ours));
    const { id } = await deliver(line);
    expect(await fixture.attempts(id)).toMatchObject([{ success: true, responseStatus: 204, timing: { tls: expect.any(Number) } }]);
    expect(Buffer.concat(line.read).toString()).toContain('"type":"post.processed"');
  });

  it.each<[string, string, () => Promise<Line>]>([
    ['whose certificate is self-signed', 'The certificate is self-signed', () => secure(makeCertificate({ commonName: host, hosts: [host] }))],
    ['whose certificate comes from nobody we know', 'The certificate comes from an issuer that is not trusted', () => secure(makeCertificate({ ...ours, issuer: stranger }))],
    ['whose certificate has expired', 'The certificate has expired', () => secure(makeCertificate({ ...ours, validFrom: new Date(Date.now() - 2 * day), validTo: new Date(Date.now() - day) }))],
    ['whose certificate is of tomorrow', 'The certificate is not valid yet', () => secure(makeCertificate({ ...ours, validFrom: new Date(Date.now() + day), validTo: new Date(Date.now() + 2 * day) }))],
    ['whose certificate is for another host', 'The certificate is for another host name', () => secure(makeCertificate({ ...ours, commonName: 'other.test', hosts: ['other.test'] }))],
    ['that answers the handshake in plain text', 'The TLS handshake failed', () => broken((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))],
    ['that answers the handshake with an alert', 'The TLS handshake failed', () => broken((socket) => socket.write(Buffer.from('15030100020228', 'hex')))],
    ['that resets the handshake', 'The TLS handshake failed', () => broken((socket) => socket.resetAndDestroy())],
    ['that closes in the handshake', 'The TLS handshake failed', () => broken((socket) => socket.end())],
    ['that hangs in the handshake', 'The TLS handshake failed', () => broken(() => undefined)],
  ])('%s fails as tls, the attempt says why, and no byte of the event is sent', async (_what, reason, open) => {
    const line = await open();
    const { id } = await deliver(line);
    expect(await fixture.attempts(id)).toMatchObject([{ success: false, errorClass: 'tls', error: reason, responseStatus: null, attemptNumber: 1, nextAttemptAt: expect.any(Date) }]);
    expect(await fixture.states(id)).toEqual({ pending: 1 });
    expect(line.connections).toBe(1);
    expect(Buffer.concat(line.read)).toHaveLength(0);
    expect(Buffer.concat(line.wire).toString()).not.toMatch(/post\.processed|webhook-id|POST/);
  });
});
