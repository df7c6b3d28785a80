import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import helmet, { type HelmetOptions } from 'helmet';

/** What an answer is for decides what a browser may do with it. */
type AnswerKind = 'api' | 'docs' | 'media';

/**
 * The headers of `helmet` on every answer. They depend on nothing but the kind of route, so helmet is asked once for each kind at
 * start-up, and not with every request. HSTS only where the outside world comes by https: it would lock people out of a plain one.
 */
export function addSecurityHeaders(fastify: FastifyInstance, options: { isHttps: boolean }): void {
  const headers = { api: headersOf('api', options.isHttps), docs: headersOf('docs', options.isHttps), media: headersOf('media', options.isHttps) };
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.headers(headers[kindOf(request.routeOptions.url)]);
    done();
  });
}

function kindOf(route: string | undefined): AnswerKind {
  if (route?.startsWith('/media/')) return 'media';
  return route?.startsWith('/docs') ? 'docs' : 'api';
}

/** Data for programs: nothing in it may be run, framed or read by another site's page. */
const api = {
  contentSecurityPolicy: { useDefaults: false, directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] } },
  xFrameOptions: { action: 'deny' },
  // For pages of browsers long gone, or for pages at all.
  originAgentCluster: false, xDnsPrefetchControl: false, xDownloadOptions: false, xPermittedCrossDomainPolicies: false, xXssProtection: false,
} satisfies HelmetOptions;

const overrides = {
  api: {},
  // Swagger UI: its own scripts; styles that it writes into its page; pictures as data.
  docs: {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"], 'style-src': ["'self'", "'unsafe-inline'"], 'img-src': ["'self'", 'data:'],
        'base-uri': ["'none'"], 'form-action': ["'self'"], 'frame-ancestors': ["'none'"], 'object-src': ["'none'"],
      },
    },
  },
  // Pictures and videos for the network's fetcher and for consoles on other origins; never a document that runs.
  media: {
    contentSecurityPolicy: { useDefaults: false, directives: { 'default-src': ["'none'"], sandbox: [] } },
    crossOriginResourcePolicy: { policy: 'cross-origin' },
  },
} satisfies Record<AnswerKind, HelmetOptions>;

function headersOf(kind: AnswerKind, isHttps: boolean): Record<string, string> {
  const apply = helmet({ ...api, ...overrides[kind], strictTransportSecurity: isHttps ? { maxAge: 31_536_000 } : false });
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  let failure: unknown = null;
  apply(request, response, (error) => {
    failure = error ?? null;
  });
  if (failure !== null) throw new Error('helmet refuses its settings', { cause: failure });
  return Object.fromEntries(Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)]));
}
