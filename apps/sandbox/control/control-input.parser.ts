import { ControlError } from './control-error.js';
import type { Shape } from './shape.js';

const DECODER = new TextDecoder('utf-8', { fatal: true });

/** An empty body reads as `{}`. */
export function parseBody(contentType: string, body: Buffer): unknown {
  if (body.length === 0) return {};
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type !== 'application/json') {
    throw new ControlError(415, `the body must be JSON, sent with content-type: application/json${type === '' ? '' : `, not ${type}`}`);
  }
  try {
    return JSON.parse(DECODER.decode(body)) as unknown;
  } catch {
    throw new ControlError(400, 'the body is not valid JSON');
  }
}

/** Texts, and numbers where the shape takes an integer. Each parameter may be given once. */
export function parseQuery(shape: Shape<unknown>, query: URLSearchParams): Record<string, unknown> {
  const { properties = {} } = shape.schema(new Map());
  const values = new Map<string, unknown>();
  for (const [name, text] of query) {
    if (values.has(name)) throw new ControlError(400, `${name} is given twice`);
    values.set(name, isInteger(properties, name) && /^-?\d{1,15}$/u.test(text) ? Number(text) : text);
  }
  return Object.fromEntries(values);
}

function isInteger(properties: unknown, name: string): boolean {
  const schema = Object.entries(properties as Record<string, { type?: unknown }>).find(([known]) => known === name)?.[1];
  return schema?.type === 'integer';
}
