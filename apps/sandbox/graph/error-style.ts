import type { Account } from '../state/entities.js';
import type { ErrorRow } from './error-row.js';

/** How an error is worded for one caller: language, and which optional fields are there (§2.1). */
export interface ErrorStyle {
  locale: string;
  fields: 'varying' | 'full' | 'minimal';
}

/** The fields of an envelope which a client must not count on (§2.1: "classify by code and subcode, never by type"). */
export interface EnvelopeVariation {
  type: NonNullable<ErrorRow['type']> | null;
  withSubcode: boolean;
  withTransient: boolean;
  withTitle: boolean;
  withUserMessage: boolean;
}

const FULL: EnvelopeVariation = { type: null, withSubcode: true, withTransient: true, withTitle: true, withUserMessage: true };
/** §11.12: absent `error_subcode`, which makes an error as vague as it can be. */
const MINIMAL: EnvelopeVariation = { type: null, withSubcode: false, withTransient: false, withTitle: false, withUserMessage: false };

/** Code and subcode always stay: without them a client could know nothing. */
const VARIATIONS: readonly EnvelopeVariation[] = [
  FULL,
  { ...FULL, type: 'IGApiException', withTransient: false },
  { ...FULL, withTitle: false, withUserMessage: false },
  { ...FULL, type: 'GraphMethodException', withTitle: false },
  { ...FULL, type: 'FacebookApiException', withTransient: false, withTitle: false, withUserMessage: false },
];

/** @param locale the `locale` parameter of the call, which wins over the user's own language */
export function errorStyleFor(account: Account | null, locale: string | null): ErrorStyle {
  return { locale: locale ?? account?.settings.locale ?? 'en_US', fields: account?.settings.error_fields ?? 'varying' };
}

/** @param turn how many errors the process has answered before: `varying` goes round and round, so that a run can be repeated */
export function variationOf(fields: ErrorStyle['fields'], turn: number): EnvelopeVariation {
  if (fields === 'minimal') return MINIMAL;
  return fields === 'full' ? FULL : VARIATIONS[turn % VARIATIONS.length] ?? FULL;
}
