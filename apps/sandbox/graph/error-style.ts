import type { Account } from '../state/entities.js';

/** How an error is worded for one caller: language, and which optional fields are there (§2.1). */
export interface ErrorStyle {
  locale: string;
  fields: 'varying' | 'full' | 'minimal';
}

/** @param locale the `locale` parameter of the call, which wins over the user's own language */
export function errorStyleFor(account: Account | null, locale: string | null): ErrorStyle {
  return { locale: locale ?? account?.settings.locale ?? 'en_US', fields: account?.settings.error_fields ?? 'varying' };
}
