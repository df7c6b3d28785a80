import { createHash, randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAddress } from '../http/address.js';

/** Why a download failed, in the terms of §10.7. `disallowed`: by the host's robots.txt, as good as a 403. */
export type DownloadFailure = 'bad_address' | 'disallowed' | 'unreachable' | 'refused' | 'timed_out' | 'wrong_type' | 'too_large' | 'cut_short';

export class DownloadError extends Error {
  /** @param status what the host answered, where that is the reason */
  constructor(readonly reason: DownloadFailure, readonly status: number | null = null) {
    super(reason);
  }
}

interface DownloadRequest {
  url: string;
  acceptsType: (contentType: string) => boolean;
  maxBytes: number;
  timeoutMs: number;
  folder: string;
  /** Aborts when the sandbox closes. */
  signal: AbortSignal;
}

/** A file of the download folder which the caller must move or remove. */
export interface Download {
  path: string;
  sha256: string;
  bytes: number;
}

/** Not documented; signed addresses have some 2,000 characters. */
const MAX_ADDRESS = 8192;

/** Public, ASCII, http(s), no credentials (§1.2, §10.7). Loopback is allowed: the sandbox's users are at home. */
export function isFetchableAddress(url: string): boolean {
  const address = url.length <= MAX_ADDRESS && /^[\x21-\x7e]+$/u.test(url) ? parseAddress(url) : null;
  if (!address) return false;
  const { protocol, username, password } = address;
  return (protocol === 'http:' || protocol === 'https:') && username === '' && password === '';
}

/** Fetches like Meta's crawler: GET, no redirects (§10.7), whole body to a file. Throws {@link DownloadError}. */
export async function downloadMedia(request: DownloadRequest): Promise<Download> {
  if (!isFetchableAddress(request.url)) throw new DownloadError('bad_address');
  const timeout = AbortSignal.timeout(request.timeoutMs);
  const signal = AbortSignal.any([timeout, request.signal]);
  let isConnected = false;
  try {
    const response = await fetch(request.url, { redirect: 'manual', signal, headers: { 'user-agent': 'facebookexternalhit/1.1', accept: '*/*' } });
    isConnected = true;
    return await receive(request, response);
  } catch (error) {
    if (error instanceof DownloadError) throw error;
    if (timeout.aborted) throw new DownloadError('timed_out');
    throw new DownloadError(isConnected ? 'cut_short' : 'unreachable');
  }
}

async function receive(request: DownloadRequest, response: Response): Promise<Download> {
  const problem = problemOf(request, response);
  if (problem !== null || !response.body) {
    await response.body?.cancel();
    throw new DownloadError(problem ?? 'cut_short', problem === 'refused' ? response.status : null);
  }
  const path = join(request.folder, `${randomUUID()}.part`);
  try {
    return await writeTo(path, response.body, request.maxBytes);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

function problemOf(request: DownloadRequest, response: Response): DownloadFailure | null {
  if (response.status !== 200) return 'refused';
  const type = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!request.acceptsType(type)) return 'wrong_type';
  return Number(response.headers.get('content-length') ?? 0) > request.maxBytes ? 'too_large' : null;
}

async function writeTo(path: string, body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Download> {
  const file = await open(path, 'w');
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new DownloadError('too_large');
      hash.update(chunk);
      await file.writeFile(chunk);
    }
    await file.datasync();
  } finally {
    await file.close();
  }
  return { path, sha256: hash.digest('hex'), bytes };
}
