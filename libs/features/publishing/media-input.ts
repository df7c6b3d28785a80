import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import { requireStorable } from '#infra/http/storable-text';
import { UploadedFile } from '#infra/http/multipart/uploaded-file';
import type { MediaSource } from '#features/media/index';

/** What stands in `media` until it is fetched: an address as text, or an upload. */
export type MediaInput = string | UploadedFile;

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
  ValidateBy(
    {
      name: 'isMediaInput',
      validator: {
        validate: (value: unknown) => value instanceof UploadedFile || (typeof value === 'string' && value.length <= 2048 && URL.canParse(value)),
        defaultMessage: () => 'each media must be a URL or an uploaded file',
      },
    },
    { each: true },
  );

export function toMediaSource(input: MediaInput): MediaSource {
  return input instanceof UploadedFile ? { kind: 'file', path: input.path, filename: input.filename } : { kind: 'url', url: input };
}
