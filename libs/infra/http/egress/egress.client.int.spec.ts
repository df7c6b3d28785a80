import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#kernel/app-error';
import { bytes, drip, endless, hang, LoopbackMediaHost, redirect, reset, status } from '#testing/loopback-media-host';
import { EgressClient, type DownloadLimits } from './egress.client.js';
import { EgressPolicy } from './egress-policy.js';
import type { Resolver } from './guarded-lookup.js';

const limits = { maxBytes: 100_000, timeoutMs: 5_000 };
const picture = Buffer.alloc(50_000, 7);

let host: LoopbackMediaHost;
let folder: string;

beforeEach(async () => {
  host = await LoopbackMediaHost.start();
  folder = await mkdtemp(join(tmpdir(), 'egress-'));
});
afterEach(async () => {
  await host.stop();
  await rm(folder, { recursive: true, force: true });
});

/** 127.0.0.1 plays the public internet, the rest of 127/8 a private network. */
function client(resolve?: Resolver): EgressClient {
  return new EgressClient(new EgressPolicy({ allow: ['127.0.0.1/32'], trustedOrigin: null }), resolve);
}

/** Answers the given lists in turn, the last one from then on. */
function resolver(...answers: string[][]): Resolver & { asked: () => number } {
  let asked = 0;
  const resolve = (): Promise<{ address: string; family: number }[]> => {
    const answer = answers[Math.min(asked, answers.length - 1)] ?? [];
    asked += 1;
    return Promise.resolve(answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
  };
  return Object.assign(resolve, { asked: () => asked });
}

async function failure(url: string, options: Partial<DownloadLimits> = {}, egress = client()): Promise<AppError> {
  const error: unknown = await egress.download(url, { directory: folder, ...limits, ...options }).catch((caught: unknown) => caught);
  expect(await readdir(folder)).toEqual([]);
  if (error instanceof AppError) return error;
  throw new Error(`Expected an AppError, got ${String(error)}`);
}

describe('EgressClient.download', () => {
  it('saves the file and says where it came from in the end', async () => {
    host.serve('/deep/picture.jpg', picture, 'image/jpeg');
    host.on('/second', redirect('deep/picture.jpg', 307));
    const got = await client().download(host.on('/first', redirect('/second', 301)), { directory: folder, ...limits });
    expect(got).toEqual({ path: join(folder, basename(got.path)), sizeBytes: picture.length, finalUrl: host.url('/deep/picture.jpg') });
    expect((await readFile(got.path)).equals(picture)).toBe(true);
  });

  it('survives a server that closes the connection with its last byte', async () => {
    const body = Buffer.alloc(96_000, 7);
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(Buffer.concat([Buffer.from(`HTTP/1.0 200 OK\r\ncontent-type: image/jpeg\r\ncontent-length: ${body.length}\r\n\r\n`), body])));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/a.jpg`;
    for (let count = 0; count < 30; count += 1) {
      expect((await client().download(url, { directory: folder, ...limits })).sizeBytes).toBe(body.length);
    }
    await new Promise((resolve) => server.close(resolve));
  });

  it('saves to a named file and never over an existing one', async () => {
    const url = host.serve('/a', picture, 'image/jpeg');
    await writeFile(join(folder, 'mine'), 'precious');
    await expect(client().download(url, { toFile: join(folder, 'mine'), ...limits })).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await readFile(join(folder, 'mine'), 'utf8')).toBe('precious');
    expect((await client().download(url, { toFile: join(folder, 'new'), ...limits })).path).toBe(join(folder, 'new'));
  });

  it('asks for the bytes as they are', async () => {
    let headers: unknown;
    const url = host.on('/a', (request, response) => {
      headers = request.headers;
      bytes(picture, 'image/jpeg')(request, response);
    });
    await client().download(url, { directory: folder, ...limits });
    expect(headers).toMatchObject({ 'accept-encoding': 'identity' });
  });

  it('stops after three redirects', async () => {
    const error = await failure(host.on('/loop', redirect('/loop')));
    expect(error).toMatchObject({ code: 'media_unreachable', details: { reason: 'too_many_redirects' } });
    expect(host.requests).toHaveLength(4);
  });

  it.each([['404', status(404), 404], ['500', status(500), 500], ['204', status(204), 204]] as const)('reports the status %s', async (_name, responder, code) => {
    const error = await failure(host.on('/a', responder));
    expect(error).toMatchObject({ code: 'media_unreachable', details: { reason: 'http_status', status: code } });
  });

  it.each([
    ['a connection that is cut', () => reset(picture), 'connection_failed'],
    ['a declared length over the limit', () => bytes(Buffer.alloc(100_001), 'video/mp4'), 'too_large'],
    ['a body without end', () => endless(), 'too_large'],
  ] as const)('refuses %s and leaves no file', async (_name, responder, reason) => {
    expect(await failure(host.on('/a', responder()))).toMatchObject({ code: 'media_unreachable', details: { reason } });
  });

  it.each([['a slow drip', () => drip()], ['a server that never answers', () => hang()]] as const)('gives up on %s when the time is over', async (_name, responder) => {
    expect(await failure(host.on('/a', responder()), { timeoutMs: 150 })).toMatchObject({ details: { reason: 'timeout' } });
  });

  it('refuses a compressed answer and oversized headers', async () => {
    const zipped = host.on('/z', (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(picture));
    expect(await failure(zipped)).toMatchObject({ details: { reason: 'encoded' } });
    const heads = host.on('/h', (_request, response) => response.writeHead(200, { 'x-filler': 'x'.repeat(20_000) }).end());
    expect(await failure(heads)).toMatchObject({ details: { reason: 'invalid_response' } });
  });

  it('says when nobody listens, the name is unknown, or the answer is no HTTP', async () => {
    const nonsense = createServer((socket) => socket.once('data', () => socket.end('SSH-2.0-OpenSSH\r\n'))).listen(0, '127.0.0.1');
    await new Promise((resolve) => nonsense.once('listening', resolve));
    const url = `http://127.0.0.1:${(nonsense.address() as AddressInfo).port}/`;
    expect(await failure(url)).toMatchObject({ details: { reason: 'invalid_response' } });
    await new Promise((resolve) => nonsense.close(resolve));
    expect(await failure(url)).toMatchObject({ details: { reason: 'connection_failed' } });
    const unknown: Resolver = () => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }));
    expect(await failure('http://nowhere.test/', {}, client(unknown))).toMatchObject({ details: { reason: 'unknown_host' } });
  });

  it('stops with the caller’s reason when the caller aborts', async () => {
    const abort = new AbortController();
    const url = host.on('/a', () => abort.abort(new Error('shutting down')));
    await expect(client().download(url, { directory: folder, ...limits, signal: abort.signal })).rejects.toThrow('shutting down');
  });

  it('keeps the query of a URL, which may hold a secret, out of the error', async () => {
    const error = await failure(`${host.url('/absent')}?token=secret`);
    expect(JSON.stringify([error.message, error.details])).not.toContain('secret');
  });
});

describe('EgressClient and forbidden addresses', () => {
  it('refuses a literal address without connecting', async () => {
    const error = await failure(host.serve('/a', picture, 'image/jpeg'), {}, new EgressClient(new EgressPolicy({ allow: [], trustedOrigin: null })));
    expect(error.code).toBe('egress_refused');
    expect(host.requests).toEqual([]);
  });

  it('refuses a redirect to a private address, written or resolved', async () => {
    const written = host.on('/w', redirect('http://127.0.0.2/'));
    const named = host.on('/n', redirect('http://metadata.test/latest'));
    const hidden = host.on('/h', redirect(`http://[::ffff:7f00:2]:${host.port}/w`));
    for (const url of [written, named, hidden]) expect((await failure(url, {}, client(resolver(['169.254.169.254'])))).code).toBe('egress_refused');
    expect(host.requests).toEqual(['GET /w', 'GET /n', 'GET /h']);
  });

  it('refuses a redirect to another scheme', async () => {
    expect((await failure(host.on('/a', redirect('file:///etc/passwd')))).code).toBe('egress_refused');
  });

  it('refuses a name when any of its addresses is forbidden, and does not tell the address', async () => {
    host.serve('/a', picture, 'image/jpeg');
    const error = await failure(`http://mixed.test:${host.port}/a`, {}, client(resolver(['127.0.0.1', '10.20.30.40'])));
    expect(error.code).toBe('egress_refused');
    expect(JSON.stringify([error.message, error.errors, error.details])).not.toContain('10.20.30.40');
    expect(host.requests).toEqual([]);
  });

  it('asks DNS once for a connection and connects to the answer that it judged', async () => {
    host.serve('/a', picture, 'image/jpeg');
    const rebinding = resolver(['127.0.0.1'], ['127.0.0.2']);
    const egress = client(rebinding);
    const url = `http://rebind.test:${host.port}/a`;
    expect((await egress.download(url, { directory: folder, ...limits })).sizeBytes).toBe(picture.length);
    expect(rebinding.asked()).toBe(1);
    await rm(folder, { recursive: true });
    folder = await mkdtemp(join(tmpdir(), 'egress-'));
    expect((await failure(url, {}, egress)).code).toBe('egress_refused');
  });

  it('judges the same name again after a redirect', async () => {
    host.serve('/a', picture, 'image/jpeg');
    host.on('/r', redirect('/a'));
    const error = await failure(`http://rebind.test:${host.port}/r`, {}, client(resolver(['127.0.0.1'], ['127.0.0.2'])));
    expect(error.code).toBe('egress_refused');
    expect(host.requests).toEqual(['GET /r']);
  });

  it('lets the trusted origin pass and no other port of that machine', async () => {
    const sandbox = new EgressClient(new EgressPolicy({ allow: [], trustedOrigin: `http://127.0.0.1:${host.port}` }));
    const got = await sandbox.download(host.serve('/a', picture, 'image/jpeg'), { directory: folder, ...limits });
    await rm(got.path);
    const other = await LoopbackMediaHost.start();
    expect((await failure(other.serve('/a', picture, 'image/jpeg'), {}, sandbox)).code).toBe('egress_refused');
    await other.stop();
  });
});
