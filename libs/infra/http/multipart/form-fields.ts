import { randomUUID } from 'node:crypto';
import { parse } from 'qs';
import { AppError } from '#kernel/app-error';

export interface FormPart<File> {
  readonly name: string;
  readonly value: string | File;
}

const limits = { depth: 6, arrayLimit: 100, parameterLimit: 1000 };

/**
 * Turns `post[body]`, `profiles[]`, `platforms[instagram][format]` into the object that a JSON client would have sent. Texts
 * and files of one list keep their order: each file travels as an unguessable placeholder and is put back at its place.
 */
export function readFormFields<File extends object>(parts: readonly FormPart<File>[]): Record<string, unknown> {
  const files = new Map<string, File>();
  const pairs = parts.map(({ name, value }) => {
    if (typeof value === 'string') return `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
    const placeholder = `file:${randomUUID()}`;
    files.set(placeholder, value);
    return `${encodeURIComponent(name)}=${encodeURIComponent(placeholder)}`;
  });
  return restoreFiles(parseFields(pairs.join('&')), files);
}

function parseFields(text: string): Record<string, unknown> {
  try {
    return parse(text, { ...limits, strictDepth: true, throwOnLimitExceeded: true, allowDots: false });
  } catch (error) {
    throw new AppError('malformed_request', 'The form has too many or too deeply nested fields', { cause: error });
  }
}

/** The same value with each placeholder replaced by its file. */
export function restoreFiles<T>(fields: T, files: ReadonlyMap<string, object>): T {
  const visit = (value: unknown): unknown => {
    if (typeof value === 'string') return files.get(value) ?? value;
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, visit(child)]));
    return value;
  };
  return files.size === 0 ? fields : (visit(fields) as T);
}
