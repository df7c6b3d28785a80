import { GraphError, invalidParameter } from './graph-error.js';

/** One entry of `fields=`: `name`, `name{a,b}`, `name.limit(5){a,b}`. */
export interface FieldRequest {
  name: string;
  limit: number | null;
  fields: FieldRequest[] | null;
}

/** Deeper than any two nodes are apart; not documented. Without a bound a long address would end in a stack overflow. */
const MAX_DEPTH = 8;

/** Parses `id,children.limit(2){media_url,owner{id}}`. Anything else, also an unknown modifier, is a malformed query: code 2500 (§2.4). */
export function parseFields(text: string): FieldRequest[] {
  const cursor = { text, at: 0, depth: 0 };
  const fields = parseList(cursor);
  if (cursor.at < text.length) throw syntaxError(cursor);
  return fields;
}

/** The `fields` text that means these requests. */
export function fieldsText(fields: FieldRequest[]): string {
  return fields.map(({ name, limit, fields: inner }) => `${name}${limit === null ? '' : `.limit(${String(limit)})`}${inner ? `{${fieldsText(inner)}}` : ''}`).join();
}

interface Cursor {
  readonly text: string;
  at: number;
  depth: number;
}

/** A field that is named twice counts once, as it was named last (not documented): a long list costs no more than all fields once. */
function parseList(cursor: Cursor): FieldRequest[] {
  const fields = new Map<string, FieldRequest>();
  for (;;) {
    const field = parseField(cursor);
    fields.set(field.name, field);
    if (cursor.text[cursor.at] !== ',') return [...fields.values()];
    cursor.at += 1;
  }
}

function parseField(cursor: Cursor): FieldRequest {
  const field: FieldRequest = { name: take(cursor, /\s*([a-z_]\w*)\s*/iuy), limit: null, fields: null };
  while (cursor.text[cursor.at] === '.') field.limit = Number(take(cursor, /\.limit\((\d{1,5})\)\s*/uy));
  if (cursor.text[cursor.at] === '{') {
    cursor.at += 1;
    cursor.depth += 1;
    if (cursor.depth > MAX_DEPTH) throw invalidParameter(`Fields may be nested ${String(MAX_DEPTH)} levels deep at most`);
    field.fields = parseList(cursor);
    take(cursor, /(\})\s*/uy);
    cursor.depth -= 1;
  }
  return field;
}

function take(cursor: Cursor, pattern: RegExp): string {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text)?.[1];
  if (found === undefined) throw syntaxError(cursor);
  cursor.at = pattern.lastIndex;
  return found;
}

function syntaxError(cursor: Cursor): Error {
  return new GraphError('2500', `Syntax error at character ${String(cursor.at)}: ${cursor.text.slice(cursor.at, cursor.at + 20)}`);
}
