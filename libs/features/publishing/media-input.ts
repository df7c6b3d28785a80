import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import { parseUrl } from '#kernel/url';
import { requireStorable } from '#infra/http/storable-text';
import { UploadedFile } from '#infra/http/multipart/uploaded-file';
import type { MediaSource } from '#features/media/index';

/** What stands in `media` until it is fetched: an address or the key of an upload as text, a file, or an object that holds one of them. */
export type MediaInput = string | UploadedFile | { readonly base64: UploadedFile } | { readonly id: string } | { readonly key: string };

/** Form texts may carry a whole JSON value (`platforms`); what is no JSON stays as it is, for the rule to name. */
export const ToParsedJson = (): PropertyDecorator =>
  Transform(({ obj, key }: { obj: Record<string, unknown>; key: string }) => {
    // From the source: class-transformer's own copy loses keys that are also names of Object's methods.
    const raw = obj[key];
    if (typeof raw !== 'string') return raw;
    const parsed = parseOrKeep(raw);
    requireStorable(parsed);
    return parsed;
  });

function parseOrKeep(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

export const ToBoolean = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => (value === 'true' || value === '1' ? true : value === 'false' || value === '0' ? false : value));

/** A single entry of a form list is a list of one. Uploads are kept as they are: copying them would lose what they are. */
export const ToMediaInputs = (): PropertyDecorator =>
  Transform(({ obj, key }: { obj: Record<string, unknown>; key: string }) => {
    const raw = obj[key];
    return raw === undefined || raw === null || Array.isArray(raw) ? raw : [raw];
  });

export const IsMediaInput = (): PropertyDecorator =>
  ValidateBy({ name: 'isMediaInput', validator: { validate: (value: unknown) => problemOf(value) === null, defaultMessage: (args) => explain(args?.value) } }, { each: true });

function explain(value: unknown): string {
  return (Array.isArray(value) ? value : [value]).map(problemOf).find((problem) => problem !== null) ?? 'each media must be a URL or a file';
}

/** Declared beside the bytes and believed by nobody: the content decides. */
const declarations = ['content_type', 'filename'];

/** null: it can be used. */
function problemOf(value: unknown): string | null {
  if (value instanceof UploadedFile) return null;
  if (typeof value === 'string') return isReference(value) || (value.length <= 2048 && parseUrl(value) !== null && !value.startsWith('data:')) ? null : 'each media must be a URL, a base64 data URI, the key of an upload, or a file';
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'each media must be a text, a file or an object';
  const fields = new Map<string, unknown>(Object.entries(value));
  const sources = ['base64', 'id', 'key'].filter((name) => fields.has(name));
  const unknown = [...fields.keys()].find((name) => !sources.includes(name) && !declarations.includes(name));
  if (unknown !== undefined) return `Unknown parameter of a media: ${unknown}. Allowed: base64 with content_type and filename, or id, or key`;
  if (sources.length !== 1) return 'a media object must have exactly one of base64, id and key';
  if (declarations.some((name) => fields.has(name) && typeof fields.get(name) !== 'string')) return 'content_type and filename of a media must be text';
  if (sources[0] === 'base64') return fields.get('base64') instanceof UploadedFile ? null : 'base64 of a media must be text';
  const reference = fields.get(sources[0] ?? '');
  return typeof reference === 'string' && isReference(reference) ? null : `${sources[0] ?? ''} of a media must be an id like med_… or upl_…`;
}

function isReference(text: string): boolean {
  return /^(med|upl)_[0-9A-Za-z_-]{1,60}$/.test(text);
}

/** Bytes to be read, or the id of something that is here already. */
export function toMediaSource(input: MediaInput): MediaSource | { readonly kind: 'reference'; readonly id: string } {
  if (typeof input === 'string') return isReference(input) ? { kind: 'reference', id: input } : { kind: 'url', url: input };
  if (input instanceof UploadedFile) return { kind: 'file', path: input.path, filename: input.filename };
  if ('base64' in input) return { kind: 'file', path: input.base64.path, filename: null };
  return { kind: 'reference', id: 'id' in input ? input.id : input.key };
}
