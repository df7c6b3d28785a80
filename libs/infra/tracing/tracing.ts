/** Values of a span: names and numbers of ours. Never a query, a token, an id of a person or a text. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanStart {
  /** Of low cardinality: a route, a job, a step; never an id. */
  readonly name: string;
  readonly kind: 'server' | 'client' | 'producer' | 'consumer';
  readonly attributes?: SpanAttributes;
  /** A W3C `traceparent` of whoever caused this; malformed ones are ignored. Without one: the span around, else a new trace. */
  readonly parent?: string | null | undefined;
}

export interface Span {
  /** W3C `traceparent`, to be handed on; null when nothing is traced. */
  readonly traceparent: string | null;
  set(attributes: SpanAttributes): void;
  /** @param failure a class or a code, when what the span covers failed */
  end(failure?: string | null): void;
}

/** Where time goes, across processes. Off unless a collector is set; then this does nothing and costs nothing. */
export abstract class Tracing {
  abstract readonly isOn: boolean;
  abstract start(span: SpanStart): Span;
  /** Of the unit of work that runs now, to be stored or handed on; null when there is none. */
  abstract current(): string | null;
  /** Runs `work` with the span around it; the span's end stays with the caller. */
  abstract within<T>(span: Span, work: () => T): T;
  /** Sends what is left, for at most a few seconds; called once, last. */
  abstract close(): Promise<void>;
}

const nothing: Span = { traceparent: null, set: () => undefined, end: () => undefined };

class NoTracing extends Tracing {
  override readonly isOn = false;

  override start(): Span {
    return nothing;
  }

  override current(): null {
    return null;
  }

  override within<T>(_span: Span, work: () => T): T {
    return work();
  }

  override async close(): Promise<void> {
    return;
  }
}

let installed: Tracing = new NoTracing();

/** Of this process. Like the context of a log line it belongs to no module: what is traced must not have to ask for it. */
export function tracing(): Tracing {
  return installed;
}

/** Before anything is traced. */
export function installTracing(chosen: Tracing): void {
  installed = chosen;
}
