import { createServer, type Server } from 'node:net';
import { gzipSync } from 'node:zlib';
import { bytes, drip, hang, redirect, reset, type LoopbackMediaHost, type Responder } from '#testing/loopback-media-host';

/** What the platform must say of a source: the code of the answer, and the rule or the reason in its details. */
export interface Refusal {
  readonly code: 'media_unreachable' | 'media_unreadable' | 'egress_refused' | 'validation_failed';
  /** As `validate` names it. */
  readonly rule: string;
  readonly reason?: string;
}

export interface HostileSource {
  readonly name: string;
  readonly url: string;
  /** More than one where it depends on the speed of the machine which bound is met first. */
  readonly refusals: readonly Refusal[];
}

const unreachable = (reason: string): Refusal => ({ code: 'media_unreachable', rule: 'media.unreachable', reason });
const unreadable = (rule: string): Refusal => ({ code: 'media_unreadable', rule });
const refused: Refusal = { code: 'egress_refused', rule: 'media.egress_refused' };
const tooLarge: Refusal = { code: 'validation_failed', rule: 'media.size_max' };

/** A port of 127.0.0.2, which plays the private network: nobody may ever connect. */
export class ForbiddenHost {
  connections = 0;

  private constructor(private readonly server: Server) {}

  static async start(port: number): Promise<ForbiddenHost> {
    const server = createServer();
    const host = new ForbiddenHost(server);
    server.on('connection', (socket) => {
      host.connections += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.2', resolve));
    return host;
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/**
 * A NODE_OPTIONS that gives a process a DNS of ours: `x.changing.test` is 127.0.0.1 when asked first and 127.0.0.2 from then on,
 * `x.mixed.test` is both at once. Everything else is resolved as ever.
 */
export const changingDns = `--import data:text/javascript;base64,${Buffer.from(`
  import dns from 'node:dns';
  import { syncBuiltinESMExports } from 'node:module';
  const real = dns.lookup;
  const asked = new Set();
  const open = { address: '127.0.0.1', family: 4 };
  const secret = { address: '127.0.0.2', family: 4 };
  dns.lookup = (name, options, done) => {
    if (name.endsWith('.mixed.test')) return void setImmediate(done, null, [open, secret]);
    if (!name.endsWith('.changing.test')) return real(name, options, done);
    const answer = asked.has(name) ? secret : open;
    asked.add(name);
    setImmediate(done, null, [answer]);
  };
  syncBuiltinESMExports();
`).toString('base64')}`;

/** `copies` of every kind, each under a path (and a name) of its own. */
export function hostileSources(host: LoopbackMediaHost, picture: Buffer, copies: number): HostileSource[] {
  const kinds: readonly (readonly [name: string, responder: Responder, ...refusals: Refusal[]])[] = [
    ['headers that drip', drippingHead(), unreachable('timeout')],
    ['a body that drips', drip(50), unreachable('timeout')],
    ['no answer', hang(), unreachable('timeout')],
    ['a body without end', torrent(), tooLarge, unreachable('timeout')],
    ['headers without end', (_request, response) => response.writeHead(200, { 'x-filler': 'x'.repeat(64_000) }).end(), unreachable('invalid_response')],
    ['a length that is too small', (_request, response) => response.writeHead(200, { 'content-length': picture.length >> 1 }).end(picture), unreadable('media.damaged'), unreachable('invalid_response')],
    ['a length that is too large', cutAfter(picture), unreachable('connection_failed')],
    ['a length that never comes', (_request, response) => void response.writeHead(200, { 'content-length': picture.length * 2 }).write(picture), unreachable('timeout')],
    ['a length over the limit', (_request, response) => void response.writeHead(200, { 'content-length': 2 ** 40 }).write(picture), tooLarge],
    ['a reset in the middle', reset(picture), unreachable('connection_failed')],
    ['a compressed bomb', bomb({ 'content-encoding': 'gzip' }), unreachable('encoded')],
    ['a compressed file', bomb({}), unreadable('media.type')],
    ['a page', bytes('<!doctype html><title>Sign in</title>', 'image/jpeg'), unreadable('media.type')],
    ['a playlist', bytes('#EXTM3U\n#EXTINF:3,\nfile:///etc/passwd\n', 'video/mp4'), unreadable('media.type')],
    ['a loop', (request, response) => redirect(request.url ?? '/')(request, response), unreachable('too_many_redirects')],
    ['a redirect into the private network', redirect(`http://127.0.0.2:${host.port}/`), refused],
    ['a redirect to the metadata service', redirect('http://169.254.169.254/latest/meta-data/'), refused],
  ];
  return Array.from({ length: copies }, (_, copy) => [
    ...kinds.map(([name, responder, ...refusals], index) => ({ name, url: host.on(`/hostile/${copy}/${index}.mp4`, responder), refusals })),
    ...namedSources(host, copy),
  ]).flat();
}

/** Sources by names whose addresses change, or are of both kinds. */
function namedSources(host: LoopbackMediaHost, copy: number): HostileSource[] {
  host.on(`/hostile/again/${copy}`, redirect('/picture.jpg'));
  return [
    { name: 'a name that moves into the private network', url: `http://r${copy}.changing.test:${host.port}/hostile/again/${copy}`, refusals: [refused] },
    { name: 'a name that is also in the private network', url: `http://r${copy}.mixed.test:${host.port}/picture.jpg`, refusals: [refused] },
  ];
}

function drippingHead(): Responder {
  return ({ socket }) => {
    socket.write('HTTP/1.1 200 OK\r\nx-filler: ');
    const timer = setInterval(() => socket.write('x'), 50);
    socket.once('close', () => clearInterval(timer));
  };
}

/** Some 50 MB/s without end: what a machine next door sends, and little enough to leave the test itself time for its own requests. */
function torrent(): Responder {
  const chunk = Buffer.alloc(65_536, 1);
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'video/mp4' });
    const timer = setInterval(() => {
      if (!response.writableNeedDrain) response.write(chunk);
    }, 1);
    response.once('close', () => clearInterval(timer));
  };
}

/** Promises twice as much and says goodbye in order. */
function cutAfter(body: Buffer): Responder {
  return ({ socket }, response) => {
    response.writeHead(200, { 'content-length': body.length * 2 });
    response.write(body, () => socket.end());
  };
}

/** 64 MiB of zeros in 64 KiB. */
function bomb(headers: Readonly<Record<string, string>>): Responder {
  const body = gzipSync(Buffer.alloc(64 * 1024 * 1024));
  return (_request, response) => void response.writeHead(200, { 'content-type': 'image/png', ...headers }).end(body);
}
