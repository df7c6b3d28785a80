import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Responder = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * A web server on 127.0.0.1 that plays the host of somebody's media, well behaved or not.
 * Unknown paths answer 404, so a wrong URL in a test shows itself.
 */
export class LoopbackMediaHost {
  /** Every request seen, e.g. `GET /picture.jpg`. */
  readonly requests: string[] = [];
  private readonly responders = new Map<string, Responder>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<LoopbackMediaHost> {
    const server = createServer();
    const host = new LoopbackMediaHost(server);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => host.answer(request, response));
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
    return host;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  /** Answers every request for `path` (without query) with `responder`. @returns the URL to ask for. */
  on(path: string, responder: Responder): string {
    this.responders.set(path, responder);
    return this.url(path);
  }

  /** Shorthand for `on(path, bytes(body, contentType))`. */
  serve(path: string, body: Uint8Array | string, contentType: string): string {
    return this.on(path, bytes(body, contentType));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    this.requests.push(`${request.method} ${request.url}`);
    const path = new URL(request.url ?? '/', 'http://loopback').pathname;
    (this.responders.get(path) ?? status(404))(request, response);
  }
}

export function bytes(body: Uint8Array | string, contentType: string): Responder {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) }).end(body);
  };
}

export function status(code: number): Responder {
  return (_request, response) => {
    response.writeHead(code, { 'content-type': 'text/plain' }).end(`status ${code}`);
  };
}

export function redirect(to: string, code = 302): Responder {
  return (_request, response) => {
    response.writeHead(code, { location: to }).end();
  };
}

/** Takes the request and never answers. */
export function hang(): Responder {
  return () => undefined;
}

/** Good headers, then one byte at a time, for ever: a slow-loris. */
export function drip(everyMs = 10): Responder {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'image/jpeg' });
    const timer = setInterval(() => response.write('.'), everyMs);
    response.once('close', () => clearInterval(timer));
  };
}

/** No length, no end, as fast as the reader takes it. */
export function endless(chunkBytes = 65_536): Responder {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'video/mp4' });
    const chunk = Buffer.alloc(chunkBytes, 1);
    const fill = (): void => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', fill);
    fill();
  };
}

/** Promises `length` bytes, sends `body` and cuts the connection. */
export function reset(body: Uint8Array | string, length = Buffer.byteLength(body) * 2): Responder {
  return (request, response) => {
    response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': length });
    response.write(body, () => request.socket.resetAndDestroy());
  };
}
