import type { ErrorText } from './error-row.js';
import { GERMAN_TEXTS } from './error-texts.de.js';
import { SPANISH_TEXTS } from './error-texts.es.js';
import { THAI_TEXTS } from './error-texts.th.js';
import type { ErrorKey } from './error.table.js';

const LANGUAGES = new Map<string, Partial<Record<ErrorKey, ErrorText>>>([['de', GERMAN_TEXTS], ['es', SPANISH_TEXTS], ['th', THAI_TEXTS]]);

/**
 * What a person reads, in the language of `es_ES`, `de-AT` or `th`; undefined where English stands in: for other languages,
 * and for rows without such a text. `message` itself stays English.
 */
export function translatedText(key: ErrorKey, locale: string): ErrorText | undefined {
  return LANGUAGES.get(locale.slice(0, 2).toLowerCase())?.[key];
}
