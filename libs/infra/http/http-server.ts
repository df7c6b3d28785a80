import type { IncomingMessage } from 'node:http';
import fastifyMultipart from '@fastify/multipart';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { parse } from 'qs';
import type { Settings } from '#infra/config/settings';
import { SETTINGS } from '#infra/config/settings.module';
import type { Logger } from '#infra/logging/logger';
import { Metrics } from '#infra/metrics/metrics';
import { applyBodyLimits, usualBodyLimit } from './body-limit.decorator.js';
import { allowOrigins } from './cross-origin.js';
import { toErrorBody } from './error-body.js';
import { ErrorFilter, toAppError } from './error.filter.js';
import { readJsonBodies } from './json-body.js';
import { answerUnreadable } from './unreadable-request.js';
import { addRequestHooks, requestIdFrom } from './request-hooks.js';
import { addSecurityHeaders } from './security-headers.js';
import { traceRequests } from './request-tracing.js';
import { createValidationPipe } from './validation.pipe.js';

/** Fastify as every process of ours that speaks HTTP wants it. */
export function createHttpAdapter(): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: usualBodyLimit,
    genReqId: (request: IncomingMessage) => requestIdFrom(request.headers['x-request-id']),
    routerOptions: { ignoreTrailingSlash: true, querystringParser: readQuery, maxParamLength: 500 },
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      const failure = toAppError(error);
      void reply.code(failure.status).header('x-request-id', request.id).send(toErrorBody(failure, request.id));
    },
    clientErrorHandler: answerUnreadable,
    forceCloseConnections: 'idle',
    // A body that trickles in must not hold a connection for ever; large uploads get ten minutes.
    requestTimeout: 600_000,
  });
}

/** Filter, validation, request ids, headers of security and multipart, in one place so that every test server has them too. */
export async function configureHttp(app: NestFastifyApplication, logger: Logger): Promise<void> {
  app.useGlobalFilters(new ErrorFilter(logger));
  app.useGlobalPipes(createValidationPipe());
  const fastify = app.getHttpAdapter().getInstance();
  applyBodyLimits(fastify);
  readJsonBodies(app, usualBodyLimit);
  await app.register(fastifyMultipart);
  addRequestHooks(fastify, logger, app.get(Metrics));
  traceRequests(fastify);
  const settings = app.get<Settings>(SETTINGS);
  addSecurityHeaders(fastify, { isHttps: settings.publicUrl.startsWith('https:') });
  await allowOrigins(fastify, settings.corsOrigins);
  letGoOfConnections(fastify);
}

/**
 * A connection whose request outlives the beginning of the end becomes idle afterwards, when nobody closes idle ones any more: kept
 * alive by its client, it would hold the process until it is killed.
 */
function letGoOfConnections(fastify: FastifyInstance): void {
  fastify.addHook('preClose', (done) => {
    const timer = setInterval(() => fastify.server.closeIdleConnections(), 100);
    fastify.server.once('close', () => clearInterval(timer));
    done();
  });
}

/** `platforms[]=a&platforms[]=b` is the list `platforms`; nested objects are not a query's business. */
function readQuery(text: string): Record<string, unknown> {
  return parse(text, { depth: 1, arrayLimit: 200, parameterLimit: 200, ignoreQueryPrefix: true });
}

