import type { FastifyInstance } from 'fastify';
import { newId } from '#kernel/ids';
import type { Logger } from '#infra/logging/logger';
import { runInContext } from '#infra/logging/request-context';
import type { Metrics } from '#infra/metrics/metrics';

const sanePattern = /^[A-Za-z0-9._:-]{8,128}$/;

/** The client's own request id when it is a sane one, else ours. */
export function requestIdFrom(header: string | string[] | undefined): string {
  return typeof header === 'string' && sanePattern.test(header) ? header : newId('request');
}

/** Gives every request its thread (id in logs, answer and outgoing calls), its log line and its place in the histogram. */
export function addRequestHooks(fastify: FastifyInstance, logger: Logger, metrics: Metrics): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    runInContext({ requestId: request.id }, done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    metrics.httpSeconds.observe({ method: request.method, route, status: String(reply.statusCode) }, reply.elapsedTime / 1000);
    const answer = { requestId: request.id, method: request.method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) };
    if (reply.statusCode >= 500) logger.error(answer, 'Request failed');
    else logger.answered(answer);
    done();
  });
}
