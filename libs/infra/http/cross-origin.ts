import fastifyCors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';

/**
 * Lets pages of these origins call the API. Without cookies: a page that knows a key sends it itself, so no other page can borrow it.
 * A preflight is answered before anybody asks for a key, for a browser sends none with it.
 */
export async function allowOrigins(fastify: FastifyInstance, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return;
  await fastify.register(fastifyCors, {
    origin: [...origins],
    credentials: false,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ['Authorization', 'X-API-Key', 'Idempotency-Key', 'Content-Type', 'x-request-id', 'traceparent', 'Content-Range'],
    exposedHeaders: ['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset', 'Retry-After', 'x-request-id', 'idempotent-replayed', 'Range', 'Upload-Offset', 'Upload-Length'],
    maxAge: 600,
    strictPreflight: false,
  });
}
