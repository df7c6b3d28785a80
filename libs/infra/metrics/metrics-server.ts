import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '#kernel/app-error';
import { newId } from '#kernel/ids';
import type { MetricsSettings } from '#infra/config/settings';
import { toErrorBody } from '#infra/http/error-body';
import type { Logger } from '#infra/logging/logger';
import type { Metrics } from './metrics.js';
import { mayReadMetrics } from './metrics-token.js';
import { describeBuild, describeDependencies } from './release-facts.js';

export interface MeasuredProcess {
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Brings gauges up to date that only a question to others can fill. */
  readonly beforeRead?: () => Promise<void>;
}

export interface MetricsServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * `/metrics`, `/build` and `/deps` on a port of their own, so that they need not be where the world can reach. Plain HTTP without
 * Nest: a worker has no other server, and this one does nothing else.
 *
 * @returns null when no port is set
 */
export async function serveMetrics(settings: MetricsSettings, port: number | null, measured: MeasuredProcess): Promise<MetricsServer | null> {
  if (port === null) return null;
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000, keepAliveTimeout: 5_000 }, (request, response) => {
    answer(settings, measured, request).then(
      ({ status, type, body }) => send(response, status, type, body),
      (error: unknown) => {
        measured.logger.error({ err: error }, 'The measurements could not be read');
        refuse(response, new AppError('internal_error'));
      },
    );
  });
  server.maxConnections = 50;
  await listen(server, port, settings.host);
  const { port: bound } = server.address() as AddressInfo;
  measured.logger.info({ url: `http://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${bound}/metrics` }, 'Metrics are served');
  return { port: bound, close: () => close(server) };
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

async function answer({ token }: MetricsSettings, { metrics, beforeRead }: MeasuredProcess, request: IncomingMessage): Promise<Answer> {
  if (!mayReadMetrics(token, request.headers.authorization)) return asFailure(new AppError('invalid_api_key', 'The metrics token is missing or wrong'));
  const path = request.url?.split('?')[0];
  if (request.method !== 'GET' || path === undefined) return asFailure(new AppError('not_found'));
  if (path === '/build') return asJson(200, describeBuild());
  if (path === '/deps') return asJson(200, describeDependencies());
  if (path !== '/metrics') return asFailure(new AppError('not_found'));
  await beforeRead?.();
  return { status: 200, type: metrics.registry.contentType, body: await metrics.registry.metrics() };
}

function asFailure(error: AppError): Answer {
  return asJson(error.status, toErrorBody(error, newId('request')));
}

function asJson(status: number, body: object): Answer {
  return { status, type: 'application/json; charset=utf-8', body: JSON.stringify(body) };
}

function refuse(response: ServerResponse, error: AppError): void {
  const { status, type, body } = asFailure(error);
  send(response, status, type, body);
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' }).end(body);
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
