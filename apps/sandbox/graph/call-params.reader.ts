import { CallParams } from './call.params.js';
import { invalidParameter } from './graph-error.js';

/**
 * Reads parameters from the query and from a form, multipart or JSON body (§0). The body wins. Files in a multipart body
 * are left out: no endpoint of §1 takes one.
 */
export async function readCallParams(query: URLSearchParams, contentType: string, body: Buffer): Promise<CallParams> {
  const values = new Map<string, unknown>(query);
  if (body.length > 0) {
    for (const [name, value] of await bodyEntries(contentType, body)) values.set(name, value);
  }
  return new CallParams(values);
}

async function bodyEntries(contentType: string, body: Buffer): Promise<Iterable<[string, unknown]>> {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/json') return Object.entries(parseObject(body));
  if (type === 'multipart/form-data') return multipartEntries(contentType, body);
  return new URLSearchParams(body.toString('utf8'));
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
