import type { FastifyInstance, FastifyRequest } from 'fastify';
import { tracing, type Span } from '#infra/tracing/tracing';

/** A span for every request, named by its route: addresses hold ids, and queries hold secrets. No hook at all when nothing is traced. */
export function traceRequests(fastify: FastifyInstance): void {
  if (!tracing().isOn) return;
  const spans = new WeakMap<FastifyRequest, Span>();
  fastify.addHook('onRequest', (request, _reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    const { traceparent } = request.headers;
    const span = tracing().start({
      name: `${request.method} ${route}`,
      kind: 'server',
      attributes: { 'http.request.method': request.method, 'http.route': route, 'heliograph.request_id': request.id },
      parent: typeof traceparent === 'string' ? traceparent : null,
    });
    spans.set(request, span);
    tracing().within(span, done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const span = spans.get(request);
    span?.set({ 'http.response.status_code': reply.statusCode });
    span?.end(reply.statusCode >= 500 ? String(reply.statusCode) : null);
    done();
  });
}
