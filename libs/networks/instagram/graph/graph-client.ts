import axios, { isAxiosError, type AxiosInstance, type AxiosResponse } from 'axios';
import type { InstagramSettings } from '#infra/config/settings';
import { tracing, type Span } from '#infra/tracing/tracing';
import { after, minutes, seconds, type Clock } from '#kernel/clock';
import type { NetworkError } from '#networks/port/network-error';
import type { UsageSource } from '#networks/port/usage-source';
import { classifyAnswer, classifyTransport, type FailedAnswer } from '../errors/error-classifier.js';
import { readErrorEnvelope } from '../errors/error-envelope.js';
import { ConnectionAgent } from './connection-agent.js';
import { fillPath, type CallObserver, type GraphCall } from './graph-call.js';
import { asRecord, parseJson } from './json-reader.js';
import { readUsages, worstOf, type AnswerHeaders, type ScopedUsage } from './usage-headers.js';

export interface GraphTimeouts {
  readonly connectMs: number;
  /** From the call to the last byte. */
  readonly totalMs: number;
  /** The same for publishing: shorter than the time a stopping worker is given, so that a shutdown does not cut it. */
  readonly publishMs: number;
}

const defaultTimeouts: GraphTimeouts = { connectMs: seconds(10), totalMs: seconds(30), publishMs: seconds(20) };

export interface GraphClientOptions {
  readonly settings: Pick<InstagramSettings, 'graphUrl' | 'apiVersion'>;
  readonly clock: Clock;
  readonly observe?: CallObserver | undefined;
  readonly usage?: UsageSource | undefined;
  readonly timeouts?: Partial<GraphTimeouts> | undefined;
}

interface Started {
  readonly at: number;
  readonly span: Span;
}

type JsonObject = Readonly<Record<string, unknown>>;

const largestAnswer = 4 * 1024 * 1024;

/**
 * The only place that talks to Instagram. One call in, one JSON object out, or a `NetworkError` already classed. Nothing is
 * repeated or followed here. The token travels in the `Authorization` header (§0), so it is in no URL and no access log, and
 * it is cut out of what Instagram says about it ("Malformed access token …").
 */
export class GraphClient {
  private readonly connections: ConnectionAgent;
  private readonly http: AxiosInstance;
  private readonly timeouts: GraphTimeouts;
  private readonly host: string;

  constructor(private readonly options: GraphClientOptions) {
    const { graphUrl, apiVersion } = options.settings;
    this.timeouts = { ...defaultTimeouts, ...options.timeouts };
    const { protocol, hostname } = new URL(graphUrl);
    this.host = hostname;
    this.connections = new ConnectionAgent(protocol === 'https:', this.timeouts.connectMs);
    this.http = axios.create({
      baseURL: apiVersion ? `${graphUrl}/${apiVersion}` : graphUrl,
      httpAgent: this.connections.agent,
      httpsAgent: this.connections.agent,
      headers: { accept: 'application/json', 'user-agent': 'heliograph' },
      proxy: false,
      maxRedirects: 0,
      maxContentLength: largestAnswer,
      responseType: 'text',
      transformResponse: [(text: unknown) => text],
      validateStatus: () => true,
    });
  }

  /** @throws NetworkError and nothing else. */
  async call(call: GraphCall): Promise<JsonObject> {
    const url = fillPath(call);
    const started = { at: performance.now(), span: this.startSpan(call) };
    const deadline = AbortSignal.timeout(call.step === 'publish' ? this.timeouts.publishMs : this.timeouts.totalMs);
    const response = await this.send(call, url, deadline).catch((failure: unknown) => {
      const error = this.transportError(call, failure, deadline.aborted);
      this.report(call, started, null, error);
      throw error;
    });
    const headers = plainHeaders(response);
    const text = typeof response.data === 'string' ? response.data : '';
    const body = asRecord(parseJson(text));
    const isSuccess = response.status >= 200 && response.status < 300 && body !== null && readErrorEnvelope(body) === null;
    if (isSuccess) {
      this.report(call, started, { httpStatus: response.status, headers, body }, null);
      return body;
    }
    const answer = { httpStatus: response.status, headers, body: parseJson(withoutSecrets(text, call)) };
    const error = classifyAnswer(call.step, answer, this.options.clock.now());
    this.report(call, started, answer, error);
    throw error;
  }

  /** Something essential is missing from an answer that called itself a success. */
  malformed(step: GraphCall['step']): NetworkError {
    return classifyAnswer(step, { httpStatus: 200, headers: {}, body: undefined }, this.options.clock.now());
  }

  close(): void {
    this.connections.close();
  }

  private send(call: GraphCall, url: string, signal: AbortSignal): Promise<AxiosResponse<unknown>> {
    const encoded = new URLSearchParams(call.params).toString();
    const hasBody = call.method !== 'GET';
    return this.http.request<unknown>({
      method: call.method,
      url: encoded === '' || hasBody ? url : `${url}?${encoded}`,
      headers: { ...(call.accessToken !== '' && { authorization: `Bearer ${call.accessToken}` }), ...(hasBody && { 'content-type': 'application/x-www-form-urlencoded' }) },
      ...(hasBody && { data: encoded }),
      signal,
    });
  }

  /** Keeps the error's code and nothing else: what axios throws carries the request, and with it the token. */
  private transportError(call: GraphCall, failure: unknown, isTimeout: boolean): NetworkError {
    const cause = isAxiosError(failure) ? failure.cause : failure;
    const code = isAxiosError(failure) && failure.code ? failure.code : 'connection failed';
    if (this.connections.failedBeforeSending(cause)) return classifyTransport(call.step, { kind: 'not_sent', reason: code });
    return classifyTransport(call.step, isTimeout ? { kind: 'timeout', reason: 'ETIMEDOUT' } : { kind: 'broken', reason: code });
  }

  /** Named by the path's pattern: the address holds ids, and its query the token. */
  private startSpan({ method, path, step }: GraphCall): Span {
    const attributes = { 'http.request.method': method, 'url.template': path, 'server.address': this.host, 'heliograph.step': step };
    return tracing().start({ name: `${method} ${path}`, kind: 'client', attributes });
  }

  /** The account of a path is ours; where there is none, the header's own object has to do. */
  private tellUsage({ ids }: GraphCall, usages: readonly ScopedUsage[]): void {
    const accounts = usages.filter(({ account }) => account !== null).length;
    const now = this.options.clock.now();
    this.options.usage?.tell(usages.map(({ account, percent, regainMinutes }) => ({
      accountId: account !== null && accounts === 1 ? (ids?.['account'] ?? account) : account,
      percent,
      regainAt: regainMinutes > 0 ? after(now, minutes(regainMinutes)) : null,
    })));
  }

  private report(call: GraphCall, started: Started, answer: FailedAnswer | null, error: NetworkError | null): void {
    const { step, method, path } = call;
    if (answer) started.span.set({ 'http.response.status_code': answer.httpStatus });
    started.span.end(error?.errorClass ?? null);
    try {
      const usages = answer ? readUsages(answer.headers) : [];
      if (answer) this.tellUsage(call, usages);
      this.options.observe?.({
        step, method, path,
        httpStatus: answer?.httpStatus ?? null,
        durationMs: performance.now() - started.at,
        traceId: error?.facts.traceId ?? answer?.headers['x-fb-trace-id'] ?? null,
        errorClass: error?.errorClass ?? null,
        usage: worstOf(usages),
      });
    } catch {
      // A failing observer must not turn a publish that went through into a failure.
    }
  }
}

const secretParams = ['access_token', 'client_secret', 'code'];

/** Instagram repeats what it refuses ("Malformed access token …"). */
function withoutSecrets(text: string, call: GraphCall): string {
  const secrets = [call.accessToken, ...secretParams.map((name) => call.params?.[name] ?? '')].filter((secret) => secret !== '');
  return secrets.reduce((masked, secret) => masked.replaceAll(secret, '[token]'), text);
}

function plainHeaders(response: AxiosResponse<unknown>): AnswerHeaders {
  const pairs = Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), String(value)] as const);
  return Object.fromEntries(pairs);
}
