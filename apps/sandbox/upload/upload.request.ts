import type { IncomingHttpHeaders } from 'node:http';
import { processingFailed } from './upload-error.js';

/** What the headers of an upload say (§1.5): bytes from an offset, or an address to fetch them from. */
type UploadRequest =
  | { kind: 'bytes'; offset: number; fileSize: number }
  | { kind: 'address'; url: string };

/** `Authorization: OAuth <token>`, literally (§1.5). */
export function readUploadToken(headers: IncomingHttpHeaders): string | null {
  return /^OAuth (\S+)$/u.exec(headers.authorization ?? '')?.[1] ?? null;
}

/** Throws {@link UploadError}. */
export function readUploadRequest(headers: IncomingHttpHeaders): UploadRequest {
  const url = headers['file_url'];
  if (typeof url === 'string' && url !== '') {
    if (hasBody(headers)) throw processingFailed('An upload with file_url has no body');
    return { kind: 'address', url };
  }
  const offset = readNumber(headers, 'offset');
  const fileSize = readNumber(headers, 'file_size');
  if (fileSize === 0) throw processingFailed('The header file_size must not be 0');
  return { kind: 'bytes', offset, fileSize };
}

function hasBody(headers: IncomingHttpHeaders): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function readNumber(headers: IncomingHttpHeaders, name: string): number {
  const text = headers[name];
  if (typeof text !== 'string' || !/^\d{1,15}$/u.test(text)) throw processingFailed(`The header ${name} is required, in bytes`);
  return Number(text);
}
