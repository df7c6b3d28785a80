import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const kilobyte = 1024;

/** What a JSON body may have where a route does not say otherwise: ids, settings, a text or two. */
export const usualBodyLimit = 64 * kilobyte;

/** A route whose JSON bodies may be larger, or must be smaller, than the usual 64 KB. Above it the answer is 413. */
export const BodyLimit = (bytes: number): MethodDecorator => RouteConfig({ bodyLimit: bytes });

/**
 * A route that reads its body itself, as it arrives: nothing has been read before its guards have run. `json`: for
 * `MultipartInterceptor`, of JSON and forms; `any`: of every type.
 */
export const StreamedBody = (bytes: number, streamedBody: 'json' | 'any'): MethodDecorator => RouteConfig({ bodyLimit: bytes, streamedBody });

/** null: the body is read before the route. */
export function streamedBodyOf(request: FastifyRequest): 'json' | 'any' | null {
  const { config } = request.routeOptions;
  return 'streamedBody' in config && (config.streamedBody === 'json' || config.streamedBody === 'any') ? config.streamedBody : null;
}

/** Nest hands a route's configuration on, but not the limit in it. Before the routes are made. */
export function applyBodyLimits(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    const config: unknown = route.config;
    if (typeof config === 'object' && config !== null && 'bodyLimit' in config && typeof config.bodyLimit === 'number') route.bodyLimit = config.bodyLimit;
  });
}
