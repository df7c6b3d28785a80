import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';

export interface MediaHost {
  url: string;
  /** Serves bytes at a path of their own and returns the address. */
  put(bytes: Buffer, contentType: string | null): string;
  /** Serves a path by hand, for hosts that misbehave. */
  on(answer: (response: ServerResponse) => void): string;
  /** Its robots.txt; until then there is none. */
  robots(text: string): void;
  /** How often an address was asked for. */
  hits(address: string): number;
  close(): Promise<void>;
}

/** A loopback web server standing in for the host of somebody's pictures. */
export async function startMediaHost(): Promise<MediaHost> {
  const answers = new Map<string, (response: ServerResponse) => void>();
  const hits = new Map<string, number>();
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    hits.set(path, (hits.get(path) ?? 0) + 1);
    const answer = answers.get(path);
    if (answer) answer(response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${String(port)}`;
  const on = (answer: (response: ServerResponse) => void): string => {
    const path = `/${String(answers.size + 1)}`;
    answers.set(path, answer);
    return url + path;
  };
  return {
    url, on,
    put: (bytes, contentType) => on((response) => response.writeHead(200, contentType === null ? {} : { 'content-type': contentType }).end(bytes)),
    robots: (text) => { answers.set('/robots.txt', (response) => response.writeHead(200, { 'content-type': 'text/plain' }).end(text)); },
    hits: (address) => hits.get(new URL(address).pathname) ?? 0,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => { server.close(() => { resolve(); }); });
    },
  };
}

export function jpeg(width = 40, height = 50): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: { r: 200, g: 90, b: 60 } } }).jpeg().toBuffer();
}

export function png(width = 40, height = 50): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: '#336699' } }).png().toBuffer();
}
