import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { requireStorable } from '#infra/http/storable-text';
import { UploadedFile } from '#infra/http/multipart/uploaded-file';
import { digestOf } from './digest.js';

/**
 * SHA-256 of what a request asks for and in whose name: method, path, query, body (files by their content), group of the key.
 * @throws AppError malformed_request for a body nested too deeply to be read, which its validation would find later
 */
export function fingerprintOf(request: FastifyRequest, scope: string): string {
  requireStorable(request.body);
  const { pathname, searchParams } = new URL(request.url, 'http://heliograph.invalid');
  const asked = { method: request.method, path: pathname.replace(/\/+$/, ''), query: [...searchParams].sort(), body: withDigests(request.body), scope };
  return createHash('sha256').update(digestOf(asked)).digest('hex');
}

function withDigests(value: unknown): unknown {
  if (value instanceof UploadedFile) return { filename: value.filename, sha256: value.sha256 };
  if (Array.isArray(value)) return value.map(withDigests);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, withDigests(child)]));
  return value;
}
