import type { IceBreaker, IceBreakerSet } from '../../state/entities.js';
import type { CallParams } from '../call.params.js';
import { invalidParameter } from '../graph-error.js';

const MOST = 4;
/** Not documented: as long as the titles and payloads that Messenger documents elsewhere. */
const LONGEST = { question: 80, payload: 1000 };
const DEFAULT = 'default';
const LOCALE = /^[a-z]{2,3}_[A-Z]{2}$/u;

/**
 * `ice_breakers` of a POST (§5.4): entries with a locale each, of which `default` is required, or the old format, a plain list of
 * questions; never both.
 */
export function readIceBreakers(params: CallParams): IceBreakerSet[] {
  const given = listOf(params.json('ice_breakers'), 'ice_breakers');
  const isOld = given.some((entry) => 'question' in entry);
  if (isOld) return [{ locale: null, call_to_actions: readQuestions(given, 'ice_breakers') }];
  const sets = given.map((entry, index) => readSet(entry, `ice_breakers[${String(index)}]`));
  const locales = sets.map(({ locale }) => locale);
  if (!locales.includes(DEFAULT)) throw invalidParameter('Param ice_breakers must have an entry of the locale default');
  if (new Set(locales).size < locales.length) throw invalidParameter('Param ice_breakers has a locale twice');
  return sets;
}

function readSet(entry: object, path: string): IceBreakerSet {
  requireKeys(entry, ['call_to_actions', 'locale'], path);
  const locale = textOf(entry, 'locale', path);
  if (locale !== DEFAULT && !LOCALE.test(locale)) throw invalidParameter(`Param ${path}[locale] must be default or a locale such as en_GB`);
  const actions = `${path}[call_to_actions]`;
  return { locale, call_to_actions: readQuestions(listOf(valueOf(entry, 'call_to_actions'), actions), actions) };
}

function readQuestions(entries: object[], path: string): IceBreaker[] {
  if (entries.length > MOST) throw invalidParameter(`Param ${path} may have ${String(MOST)} questions at most`);
  return entries.map((entry, index) => {
    const place = `${path}[${String(index)}]`;
    requireKeys(entry, ['question', 'payload'], place);
    const [question, payload] = [textOf(entry, 'question', place), textOf(entry, 'payload', place)];
    if ([...question].length > LONGEST.question) throw invalidParameter(`Param ${place}[question] may have ${String(LONGEST.question)} characters at most`);
    if ([...payload].length > LONGEST.payload) throw invalidParameter(`Param ${place}[payload] may have ${String(LONGEST.payload)} characters at most`);
    return { question, payload };
  });
}

function listOf(value: unknown, path: string): object[] {
  if (!Array.isArray(value) || value.length === 0) throw invalidParameter(`Param ${path} must be a list of at least one`);
  return value.map((entry: unknown, index) => {
    if (typeof entry === 'object' && entry !== null && !Array.isArray(entry)) return entry;
    throw invalidParameter(`Param ${path}[${String(index)}] must be an object`);
  });
}

function requireKeys(entry: object, known: readonly string[], path: string): void {
  const unknown = Object.keys(entry).find((key) => !known.includes(key));
  if (unknown !== undefined) throw invalidParameter(`Param ${path} has an unknown key: ${unknown}`);
}

function textOf(entry: object, name: string, path: string): string {
  const value = valueOf(entry, name);
  if (typeof value !== 'string' || value.trim() === '') throw invalidParameter(`Param ${path}[${name}] must be a text`);
  return value;
}

function valueOf(entry: object, name: string): unknown {
  return Object.entries(entry).find(([key]) => key === name)?.[1];
}
