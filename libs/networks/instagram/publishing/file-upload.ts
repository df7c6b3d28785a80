import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import axios, { isAxiosError, type AxiosResponse } from 'axios';
import { minutes, seconds } from '#kernel/clock';
import { NetworkError } from '#networks/port/network-error';
import type { FilePart, NetworkAccount } from '#networks/port/social-network';
import { classifyAnswer, classifyTransport } from '../errors/error-classifier.js';
import { ConnectionAgent } from '../graph/connection-agent.js';
import type { GraphClientOptions } from '../graph/graph-client.js';
import { asInteger, asRecord, parseJson } from '../graph/json-reader.js';

export interface UploadTimeouts {
  readonly connectMs: number;
  /** Longest time in which no byte moves, the wait for the answer included. */
  readonly idleMs: number;
  /** For the whole file: 300 MB at 1.4 Mbit/s. */
  readonly totalMs: number;
}

const defaultTimeouts: UploadTimeouts = { connectMs: seconds(10), idleMs: seconds(60), totalMs: minutes(30) };
const largestAnswer = 1024 * 1024;
const uploadHost = 'https://rupload.facebook.com';

/** The bytes of resumable containers (§1.5), on a connection of their own for each call. The token goes to a host we name, never to one that an answer names. */
export class FileUpload {
  private readonly base: string;
  private readonly timeouts: UploadTimeouts;

  constructor(private readonly options: Pick<GraphClientOptions, 'settings' | 'clock'> & { readonly uploadTimeouts?: Partial<UploadTimeouts> | undefined }) {
    const { graphUrl, apiVersion } = options.settings;
    const { hostname, origin } = new URL(graphUrl);
    const isReal = /(^|\.)(facebook|instagram)\.com$/.test(hostname);
    this.base = `${isReal ? uploadHost : origin}/ig-api-upload${apiVersion ? `/${apiVersion}` : ''}`;
    this.timeouts = { ...defaultTimeouts, ...options.uploadTimeouts };
  }

  /** `GET {uri}` `[recalled]`. Whoever does not answer it has nothing: sending tells what is wrong. */
  async received(account: NetworkAccount, containerId: string): Promise<number> {
    const response = await this.request(account, containerId, null);
    const offset = asInteger(asRecord(parseJson(response.data))?.['offset']);
    return response.status === 200 && offset !== null && offset >= 0 ? offset : 0;
  }

  /** @throws NetworkError: `retry_later` go on from `received`, `recreate` the container is spoilt, `rejected` this login has no uploads */
  async send(account: NetworkAccount, containerId: string, part: FilePart): Promise<void> {
    const response = await this.request(account, containerId, part);
    const body = parseJson(response.data.replaceAll(account.accessToken, '[token]'));
    if (response.status === 200 && asRecord(body)?.['success'] === true) return;
    const error = classifyAnswer('create', { httpStatus: response.status, headers: {}, body }, this.options.clock.now());
    const isRefused = (response.status === 401 || response.status === 403) && error.errorClass === 'recreate';
    throw isRefused ? new NetworkError('rejected', error.facts) : error;
  }

  private async request(account: NetworkAccount, containerId: string, part: FilePart | null): Promise<AxiosResponse<string>> {
    const connections = new ConnectionAgent(this.base.startsWith('https:'), this.timeouts.connectMs);
    const idle = new AbortController();
    const timer = setTimeout(() => idle.abort(), this.timeouts.idleMs);
    const late = AbortSignal.any([idle.signal, AbortSignal.timeout(this.timeouts.totalMs)]);
    try {
      return await axios.request<string>({
        method: part ? 'POST' : 'GET', url: `${this.base}/${encodeURIComponent(containerId)}`, signal: part ? AbortSignal.any([late, part.signal]) : late,
        headers: { accept: 'application/json', 'user-agent': 'heliograph', authorization: `OAuth ${account.accessToken}`, ...(part && partHeaders(part)) },
        ...(part && { data: metered(part, () => void timer.refresh()) }),
        httpAgent: connections.agent, httpsAgent: connections.agent, proxy: false, maxRedirects: 0, maxBodyLength: Infinity, maxContentLength: largestAnswer,
        responseType: 'text', transformResponse: [(text: unknown) => text], validateStatus: () => true,
      });
    } catch (failure) {
      part?.signal.throwIfAborted();
      throw transportError(failure, late.aborted, connections);
    } finally {
      clearTimeout(timer);
      part?.body.destroy();
      // Also the half-sent request of an answer that came early.
      connections.close();
    }
  }
}

function partHeaders({ offset, sizeBytes }: FilePart): Record<string, string> {
  return { offset: String(offset), file_size: String(sizeBytes), 'content-length': String(sizeBytes - offset), 'content-type': 'application/octet-stream' };
}

/** As fast as the line takes it. A source that breaks breaks the request. */
function metered({ body }: FilePart, moved: () => void): Transform {
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      moved();
      done(null, chunk);
    },
  });
  // The failure is that of the request, which reads from `meter`.
  pipeline(body, meter).catch(() => undefined);
  return meter;
}

/** Keeps the code alone: what axios throws carries the token. */
function transportError(failure: unknown, isTimeout: boolean, connections: ConnectionAgent): NetworkError {
  const code = isAxiosError(failure) && failure.code ? failure.code : 'connection failed';
  if (connections.failedBeforeSending(isAxiosError(failure) ? failure.cause : failure)) return classifyTransport('create', { kind: 'not_sent', reason: code });
  return classifyTransport('create', isTimeout ? { kind: 'timeout', reason: 'ETIMEDOUT' } : { kind: 'broken', reason: code });
}
