import { invalidParameter } from './graph-error.js';

/** One entry of `fields=`: `name`, `name{a,b}`, `name.limit(5){a,b}`. */
export interface FieldRequest {
  name: string;
  limit: number | null;
  fields: FieldRequest[] | null;
}

/** Deeper than any two nodes are apart; not documented. Without a bound a long address would end in a stack overflow. */
const MAX_DEPTH = 8;

/** Parses `id,children.limit(2){media_url,owner{id}}`. Anything else is code 100, as are unknown modifiers. */
export function parseFields(text: string): FieldRequest[] {
  const cursor = { text, at: 0, depth: 0 };
  const fields = parseList(cursor);
  if (cursor.at < text.length) throw syntaxError(cursor);
  return fields;
}

interface Cursor {
  readonly text: string;
  at: number;
  depth: number;
}

function parseList(cursor: Cursor): FieldRequest[] {
  const fields = [parseField(cursor)];
  while (cursor.text[cursor.at] === ',') {
    cursor.at += 1;
    fields.push(parseField(cursor));
  }
  return fields;
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
  return invalidParameter(`Syntax error in fields at position ${String(cursor.at)}: "${cursor.text.slice(cursor.at, cursor.at + 20)}"`);
}
