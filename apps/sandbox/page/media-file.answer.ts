import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { jsonReply, writeReply } from '../http/reply.js';
import type { AssetStore } from '../ingest/asset-store.js';

const TYPES: Record<string, string> = { '.jpg': 'image/jpeg', '.png': 'image/png', '.mp4': 'video/mp4' };

/** `/cdn/<hash>.<ext>` with ranges, which Safari needs to play a video. The content of a hash never changes. */
export async function answerMediaFile(assets: AssetStore, request: IncomingMessage, response: ServerResponse, file: string): Promise<void> {
  const found = await assets.find(file);
  if (!found) return writeReply(response, jsonReply(404, { error: `there is no file ${file}` }));
  const range = readRange(request.headers.range, found.bytes);
  if (range === 'unsatisfiable') {
    return writeReply(response, { status: 416, headers: { 'content-range': `bytes */${String(found.bytes)}` }, body: '' });
  }
  const { start, end } = range ?? { start: 0, end: found.bytes - 1 };
  response.writeHead(range ? 206 : 200, {
    'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
    'content-length': end - start + 1,
    'accept-ranges': 'bytes',
    'cache-control': 'public, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
    ...(range ? { 'content-range': `bytes ${String(start)}-${String(end)}/${String(found.bytes)}` } : {}),
  });
  if (request.method === 'HEAD') response.end();
  else await pipeline(createReadStream(found.path, { start, end }), response).catch(() => response.destroy());
}

/** One range of RFC 9110 §14.1.2, or null when there is none that is understood. */
function readRange(header: string | undefined, bytes: number): { start: number; end: number } | 'unsatisfiable' | null {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/u.exec(header ?? '') ?? [];
  if (from === '' && to === '') return null;
  const start = from === '' ? Math.max(0, bytes - Number(to)) : Number(from);
  const end = from === '' || to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1);
  return start > end ? 'unsatisfiable' : { start, end };
}
