import type { ServerResponse } from 'node:http';

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** An answer before it is written: small bodies only; files are streamed by the page's routes. */
export interface Reply {
  status: number;
  headers?: Record<string, string>;
  body: string;
}

export function jsonReply(status: number, body: Json, headers: Record<string, string> = {}): Reply {
  return { status, headers: { 'content-type': 'application/json; charset=UTF-8', ...headers }, body: JSON.stringify(body) };
}

export function writeReply(response: ServerResponse, reply: Reply, withBody = true): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(reply.status, { ...reply.headers, 'content-length': Buffer.byteLength(reply.body) });
  response.end(withBody ? reply.body : undefined);
}
