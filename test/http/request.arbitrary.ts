import fc, { type Arbitrary } from 'fast-check';
import type { ApiDocument, Operation, Parameter } from './api-document.js';
import { hostileText, mutate, mutation, type Mutation } from './hostile.arbitrary.js';
import { fromSchema, type Dictionary } from './schema.arbitrary.js';
import { toMultipart } from './multipart.js';

export interface FuzzRequest {
  readonly method: string;
  /** As documented; null when no documented operation is meant. */
  readonly operationId: string | null;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | null;
}

export interface Target {
  readonly document: ApiDocument;
  readonly dictionary: Dictionary;
  /** Keys that are tried; the first is good for everything. */
  readonly keys: readonly string[];
}

/** Requests to any documented operation: as described, then up to three things wrong with it. */
export function requests(target: Target): Arbitrary<FuzzRequest> {
  const operations = target.document.operations.map((operation) => ({ weight: operation.requestBody ? 8 : operation.security ? 4 : 1, arbitrary: requestsTo(target, operation) }));
  return fc.oneof(...operations);
}

interface Ways {
  readonly key: number;
  readonly method: string | null;
  readonly slash: boolean;
  readonly raw: string | null;
  readonly contentType: string | null;
  readonly cutBody: number | null;
  readonly asForm: boolean;
  readonly requestId: string | null;
}

/** Something once in `often` times, else null. */
const seldom = <T>(arbitrary: Arbitrary<T>, often = 20): Arbitrary<T | null> => fc.oneof({ weight: often - 1, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });

const ways = (target: Target): Arbitrary<Ways> =>
  fc.record({
    key: fc.nat(11).map((dice) => (dice < target.keys.length ? dice : 0)),
    method: seldom(fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS')),
    slash: fc.nat(9).map((dice) => dice === 0),
    raw: seldom(fc.constantFrom('%', '%zz', '%00', '%ED%A0%80', '%2e%2e%2f', '?', '&', '#', '=', ';a=1', '[]=1&[]=2', 'a[b][c]=1', `a=${'b'.repeat(9000)}`, '__proto__[x]=1', 'limit[]=1', 'page=1&page=2', 'page[a]=1', '&'.repeat(500))),
    contentType: seldom(fc.constantFrom('text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data', 'multipart/form-data; boundary=""', 'application/json; charset=utf-16', 'application/json;', 'json', '', 'application/vnd.api+json', '*/*'), 10),
    cutBody: seldom(fc.nat(200), 10),
    asForm: fc.nat(3).map((dice) => dice === 0),
    requestId: seldom(fc.constantFrom('fuzz-request-0001', 'short', 'x'.repeat(300), '{"a":1}', "'; --"), 6),
  });

function requestsTo(target: Target, operation: Operation): Arbitrary<FuzzRequest> {
  const parameters = (operation.parameters ?? []).map((parameter) => valueOf(target, parameter).map((value) => ({ parameter, value })));
  const json = operation.requestBody?.content?.['application/json']?.schema;
  const body = json ? fc.option(fromSchema(target.document, target.dictionary, json), { freq: 30, nil: undefined }) : fc.constant(undefined);
  const mutations = fc.oneof({ weight: 1, arbitrary: fc.constant<Mutation[]>([]) }, { weight: 1, arbitrary: fc.array(mutation, { minLength: 1, maxLength: 3 }) });
  const strange = seldom(fc.tuple(hostileText, hostileText), 8);
  return fc.record({ parameters: fc.tuple(...parameters), body, mutations, ways: ways(target), strange }).map((parts) => {
    const changed = parts.body === undefined ? undefined : parts.mutations.reduce(mutate, parts.body);
    const method = parts.ways.method ?? operation.method;
    const query = parts.parameters.flatMap(({ parameter, value }) => (parameter.in === 'query' && value !== undefined ? [`${encode(parameter.name)}=${encode(asText(value))}`] : []));
    if (parts.strange) query.push(parts.strange.map(encode).join('='));
    if (parts.ways.raw !== null) query.push(parts.ways.raw.replace('#', '%23'));
    const ids = new Map(parts.parameters.map(({ parameter, value }) => [parameter.name, encode(asText(value)) || '%20']));
    const path = operation.path.replace(/\{(\w+)\}/g, (_all, name: string) => ids.get(name) ?? '%20');
    return {
      method,
      operationId: target.document.find(method, operation.path)?.operationId ?? null,
      url: `${path}${parts.ways.slash ? '/' : ''}${query.length > 0 ? `?${query.join('&')}` : ''}`,
      ...content(changed, parts.ways, target),
    };
  });
}

function valueOf(target: Target, parameter: Parameter): Arbitrary<unknown> {
  const described = fromSchema(target.document, target.dictionary, parameter.schema, parameter.name);
  const value = fc.oneof({ weight: 4, arbitrary: described }, { weight: 1, arbitrary: hostileText });
  return parameter.required ? value : fc.option(value, { freq: 2, nil: undefined });
}

function content(body: unknown, { key, contentType, cutBody, asForm, requestId }: Ways, { keys }: Target): Pick<FuzzRequest, 'headers' | 'body'> {
  const offered = keys[key] ?? '';
  const headers: Record<string, string> = { ...(offered === '' ? {} : key % 2 === 0 ? { authorization: `Bearer ${offered}` } : { 'x-api-key': offered }), ...(requestId === null ? {} : { 'x-request-id': requestId }) };
  if (body === undefined) return { headers: contentType === null ? headers : { ...headers, 'content-type': contentType }, body: null };
  const form = asForm && typeof body === 'object' && body !== null ? toMultipart(body) : null;
  const whole = form?.body ?? Buffer.from(JSON.stringify(body) ?? '');
  const sent = cutBody === null ? whole : whole.subarray(0, cutBody % (whole.length + 1));
  return { headers: { ...headers, 'content-type': contentType ?? form?.contentType ?? 'application/json' }, body: sent };
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : Array.isArray(value) ? value.map(asText).join(',') : (JSON.stringify(value) ?? '');
}

/** Half a surrogate pair has no UTF-8; its three bytes as some encoders write them are sent instead. */
function encode(text: string): string {
  return text.isWellFormed() ? encodeURIComponent(text) : '%ED%A0%80';
}
