import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoopbackMediaHost } from '#testing/loopback-media-host';
import { makeJpeg } from '#testing/media/make-image';
import type { PostView } from './platform/api-client.js';
import { Platform } from './platform/platform.js';
import { TraceCollector } from './platform/trace-collector.js';

const root = resolve(import.meta.dirname, '../..');
const failed = 2;

describe('traces', () => {
  let collector: TraceCollector;
  let platform: Platform;
  let host: LoopbackMediaHost;

  beforeAll(async () => {
    collector = await TraceCollector.start();
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20collector' };
    [platform, host] = await Promise.all([Platform.start({ environment }), LoopbackMediaHost.start()]);
  }, 120_000);

  afterAll(async () => {
    await platform?.close();
    await host?.stop();
    await collector?.stop();
  });

  it('lead from the caller over the API, the queue and the worker to Instagram', async () => {
    const [traceId, spanId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
    const caption = `caption${randomBytes(8).toString('hex')}`;
    await platform.sandbox.fault({ method: 'POST', path: '/*/media' }, { kind: 'http', status: 500, body: {} });
    const picture = host.serve('/a.jpg', await makeJpeg({ width: 640, height: 640 }), 'image/jpeg');
    const { status, body } = await platform.api.call<PostView>('POST', '/api/posts', { profiles: ['instagram'], post: { body: caption }, media: [picture] }, { traceparent: `00-${traceId}-${spanId}-01` });
    expect(status).toBe(201);
    await platform.api.waitForPost(body.id, ({ platforms }) => platforms[0]?.error !== null);
    // What a stopping process still holds is sent before it ends.
    expect(await Promise.all([platform.apiProcess.stop(), platform.worker.stop()])).toEqual([0, 0]);
    const spans = collector.spans.filter((span) => span.traceId === traceId);
    expect(spans.map(({ service, name }) => `${service} ${name}`)).toEqual(expect.arrayContaining([
      'heliograph-api POST /api/posts', 'heliograph-worker send publish-post', 'heliograph-worker process publish-post', 'heliograph-worker POST /{account}/media',
    ]));
    const parentOf = (name: string): string | undefined => {
      const parent = spans.find((span) => span.name === name)?.parentSpanId;
      return parent === spanId ? 'the caller' : spans.find((span) => span.spanId === parent)?.name;
    };
    expect(['POST /api/posts', 'send publish-post', 'process publish-post', 'POST /{account}/media'].map(parentOf)).toEqual(['the caller', 'POST /api/posts', 'send publish-post', 'process publish-post']);
    expect(spans.find(({ name }) => name === 'POST /{account}/media')?.status?.code).toBe(failed);
    const sent = collector.requests.map((request) => request.body).join('\n');
    for (const secret of [platform.account.access_token, platform.api.key, caption]) expect(sent).not.toContain(secret);
    expect(collector.requests[0]).toMatchObject({ path: '/v1/traces', authorization: 'Bearer collector' });
  });

  it.each([[null, 0], ['http://127.0.0.1:9', 1]] as const)('load the SDK of OpenTelemetry only when a collector is set (%s)', (endpoint, expected) => {
    const program = `
      import { createRequire } from 'node:module';
      await import('reflect-metadata');
      await import('./dist/apps/api/api.js');
      await import('./dist/apps/worker/worker.js');
      const { openTracing } = await import('./dist/libs/infra/tracing/open-tracing.js');
      await openTracing('test', { endpoint: ${JSON.stringify(endpoint)}, headers: {}, ratio: 1 }, { warn() {} });
      // prom-client brings the bare API, for exemplars.
      const loaded = Object.keys(createRequire(import.meta.url).cache).some((file) => /@opentelemetry.(sdk|exporter|otlp|resources)/.test(file));
      console.log(loaded ? 1 : 0);
      process.exit();`;
    expect(execFileSync(process.execPath, ['--input-type=module', '--eval', program], { cwd: root, encoding: 'utf8', timeout: 30_000 }).trim()).toBe(String(expected));
  });
});
