import type { Json, JsonObject } from '../../http/reply.js';
import type { FieldRequest } from '../fields.parser.js';
import { invalidParameter } from '../graph-error.js';
import type { View } from '../node-type.js';

/** Names of an object's fields; `null` for a plain value. */
interface Shape {
  [name: string]: Shape | null;
}

interface StructField<T> {
  read(node: T, view: View, request: FieldRequest): Json | undefined;
  check(requests: FieldRequest[]): void;
}

/** A field whose value is an object that is no node, and of which parts may be asked for: `video_status{uploading_phase}`. */
export function structField<T>(shape: Shape, read: (node: T, view: View) => JsonObject | undefined): StructField<T> {
  return {
    read: (node, view, request) => {
      const value = read(node, view);
      return value && pick(value, request.fields);
    },
    check: (requests) => { checkShape(shape, requests); },
  };
}

function checkShape(shape: Shape, requests: FieldRequest[]): void {
  for (const { name, fields } of requests) {
    const inner = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (inner === undefined) throw invalidParameter(`Tried accessing nonexisting field (${name})`);
    if (!fields) continue;
    if (!inner) throw invalidParameter(`Subfields are not supported by ${name}`);
    checkShape(inner, fields);
  }
}

function pick(value: Json, requests: FieldRequest[] | null): Json {
  if (!requests || typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const picked: JsonObject = {};
  for (const { name, fields } of requests) {
    const inner = value[name];
    if (inner !== undefined) picked[name] = pick(inner, fields);
  }
  return picked;
}
