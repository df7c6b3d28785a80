import { CallParams } from './call.params.js';
import { type GraphError, invalidParameter } from './graph-error.js';

/** More than any call has; not documented. Each costs time before anybody can say what it is. */
const MAX_PARAMETERS = 5000;
const LONG_BODY = 16_384;

/**
 * Reads parameters from the query and from a form, multipart or JSON body (§0). The body wins. Files in a multipart body
 * are left out: no endpoint of §1 takes one.
 */
export async function readCallParams(query: URLSearchParams, contentType: string, body: Buffer): Promise<CallParams> {
  const values = new Map<string, unknown>(query);
  if (body.length > 0) {
    const entries = await bodyEntries(contentType, body);
    if (entries.length > MAX_PARAMETERS) throw tooMany();
    for (const [name, value] of entries) values.set(name, value);
  }
  return new CallParams(values);
}

async function bodyEntries(contentType: string, body: Buffer): Promise<[string, unknown][]> {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/json') return Object.entries(parseObject(body));
  if (type === 'multipart/form-data') return multipartEntries(contentType, body);
  return formEntries(body.toString('utf8'));
}

function formEntries(text: string): [string, string][] {
  if (text.split('&', MAX_PARAMETERS + 2).length > MAX_PARAMETERS + 1) throw tooMany();
  const entries = [...new URLSearchParams(text)];
  // The parser cuts its texts out of the body, so that one short parameter in the request log would keep all of it alive.
  return text.length < LONG_BODY ? entries : entries.map(([name, value]) => [copied(name), copied(value)]);
}

function copied(text: string): string {
  return Buffer.from(text).toString();
}

function tooMany(): GraphError {
  return invalidParameter(`A call may have ${String(MAX_PARAMETERS)} parameters at most`);
}

function parseObject(body: Buffer): object {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    throw invalidParameter('The request body is not valid JSON');
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw invalidParameter('The request body must be a JSON object');
}

async function multipartEntries(contentType: string, body: Buffer): Promise<[string, string][]> {
  try {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
    return [...form].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as [string, string]] : []));
  } catch {
    throw invalidParameter('The multipart body cannot be read');
  }
}
