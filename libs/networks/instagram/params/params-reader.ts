import type { Violation } from '#kernel/app-error';
import type { NetworkParams } from '#networks/port/social-network';
import { fits, formats, trialStrategies, type InstagramParams } from './instagram-params.js';
import * as read from './value-readers.js';

type Values = { -readonly [K in keyof InstagramParams]-?: NonNullable<InstagramParams[K]> };
type ParamReaders = { readonly [K in keyof Values]: read.Reader<Values[K]> };

/** Every parameter there is, with its shape. Limits and what belongs to which format are rules, see ../rules. */
const readers: ParamReaders = {
  format: read.oneOf(formats),
  fit: read.either(read.oneOf(fits), read.listOf(read.oneOf([...fits, ''])), `must be one of ${fits.join(', ')}, or a list of them with "" for none`),
  first_comment: read.text,
  collaborators: read.listOf(read.username),
  user_tags: read.listOf(read.userTag),
  cover_url: read.webAddress,
  audio_name: read.text,
  trial_strategy: read.oneOf(trialStrategies),
  thumb_offset: read.wholeNumber,
  location_id: read.numericId,
  alt_text: read.either(read.text, read.listOf(read.text), 'must be text or a list of texts'),
  share_to_feed: read.flag,
  comments_enabled: read.flag,
  is_ai_generated: read.flag,
};

/** An uploaded cover reaches us as the address it is delivered from, so it is the same thing as `cover_url`. */
const aliases: Readonly<Record<string, keyof Values>> = { cover_file: 'cover_url' };

export type ParamName = keyof Values;
export const paramNames = Object.keys(readers) as ParamName[];
/** In the order of the model's sentence. */
export const allowedParams: readonly string[] = [...paramNames, ...Object.keys(aliases)];

/** @returns what could be read, with `format` filled in, and one violation per parameter that could not. */
export function readInstagramParams(raw: Readonly<Record<string, unknown>>): { params: InstagramParams; violations: Violation[] } {
  const draft: Partial<Values> = {};
  const violations: Violation[] = [];
  for (const [given, value] of Object.entries(raw)) {
    const key = Object.hasOwn(aliases, given) ? aliases[given] : given;
    if (!isKnown(key)) violations.push(unknownParam(given));
    else if (!read.isAbsent(value)) {
      const problem = take(draft, key, value);
      if (problem !== null) violations.push(malformedParam(given, key, problem, value));
    }
  }
  return { params: { format: 'post', ...draft }, violations };
}

/** The parameters of a stored post: what `readInstagramParams` once made, read by the same readers. */
export function storedParams(params: NetworkParams): InstagramParams {
  return readInstagramParams(params).params;
}

function take<K extends keyof Values>(draft: Partial<Values>, key: K, value: unknown): string | null {
  const reader: read.Reader<Values[K]> = readers[key];
  const reading = reader(value);
  if ('problem' in reading) return reading.problem;
  draft[key] = reading.value;
  return null;
}

function isKnown(key: string | undefined): key is keyof Values {
  return key !== undefined && Object.hasOwn(readers, key);
}

/** The sentence of the model, word for word (api-surface §3). */
function unknownParam(key: string): Violation {
  return {
    rule: 'instagram.params.unknown',
    path: `platforms.instagram.${key}`,
    message: `Invalid platform params for instagram: ${key}. Allowed: ${allowedParams.join(', ')}`,
    actual: key,
    fix: 'Remove it or correct its name.',
  };
}

function malformedParam(given: string, key: string, problem: string, value: unknown): Violation {
  const actual = typeof value === 'string' || typeof value === 'number' ? value : null;
  return {
    rule: `instagram.params.${key}`,
    path: `platforms.instagram.${given}`,
    message: `${given}${problem.startsWith('[') ? '' : ' '}${problem}${actual === null ? '' : `, not "${actual}"`}`,
    actual,
    fix: 'Correct the value.',
  };
}
