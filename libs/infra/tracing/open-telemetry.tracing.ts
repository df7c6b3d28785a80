import { AsyncLocalStorage } from 'node:async_hooks';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags, type Span as OtelSpan, type SpanContext, type Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, ParentBasedSampler, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-base';
import { readRelease } from '#infra/process/release';
import { Tracing, type Span, type SpanAttributes, type SpanStart } from './tracing.js';

export interface OpenTelemetryOptions {
  /** `heliograph-api`, `heliograph-worker`. */
  readonly serviceName: string;
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly ratio: number;
  readonly onFailure: (error: unknown) => void;
}

const exportLimit = 5_000;
const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT, producer: SpanKind.PRODUCER, consumer: SpanKind.CONSUMER } as const;

/** Spans of our own, sent in batches by OTLP over HTTP. Loaded only when a collector is set: see `openTracing`. */
export class OpenTelemetryTracing extends Tracing {
  override readonly isOn = true;
  private readonly provider: BasicTracerProvider;
  private readonly tracer: Tracer;
  private readonly around = new AsyncLocalStorage<Span>();

  constructor(private readonly options: OpenTelemetryOptions) {
    super();
    const { serviceName, endpoint, headers, ratio } = options;
    const exporter = new OTLPTraceExporter({ url: `${endpoint}/v1/traces`, headers: { ...headers }, timeoutMillis: exportLimit });
    this.provider = new BasicTracerProvider({
      resource: resourceFromAttributes({ 'service.name': serviceName, 'service.version': readRelease().version }),
      sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
      spanProcessors: [new BatchSpanProcessor(exporter, { maxQueueSize: 2_048, scheduledDelayMillis: 2_000, exportTimeoutMillis: exportLimit })],
    });
    this.tracer = this.provider.getTracer('heliograph');
  }

  override start({ name, kind, attributes, parent }: SpanStart): Span {
    const cause = readTraceparent(parent ?? this.current());
    const context = cause ? trace.setSpanContext(ROOT_CONTEXT, cause) : ROOT_CONTEXT;
    return new StartedSpan(this.tracer.startSpan(name, { kind: kinds[kind], ...(attributes ? { attributes: { ...attributes } } : {}) }, context));
  }

  override current(): string | null {
    return this.around.getStore()?.traceparent ?? null;
  }

  override within<T>(span: Span, work: () => T): T {
    return this.around.run(span, work);
  }

  override async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, exportLimit);
    });
    const sent = this.provider.shutdown().catch((error: unknown) => this.options.onFailure(error));
    await Promise.race([sent, limit]);
    clearTimeout(timer);
  }
}

class StartedSpan implements Span {
  constructor(private readonly span: OtelSpan) {}

  get traceparent(): string {
    const { traceId, spanId, traceFlags } = this.span.spanContext();
    return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
  }

  set(attributes: SpanAttributes): void {
    this.span.setAttributes({ ...attributes });
  }

  end(failure: string | null = null): void {
    if (failure !== null) this.span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', failure);
    this.span.end();
  }
}

/** W3C Trace Context; a later version may have more behind what we know. */
function readTraceparent(text: string | null): SpanContext | null {
  const [, version, traceId, spanId, flags] = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.{0,200})?$/.exec(text ?? '') ?? [];
  if (!traceId || !spanId || !flags || version === 'ff' || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED, isRemote: true };
}
