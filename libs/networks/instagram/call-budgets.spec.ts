import { describe, expect, it } from 'vitest';
import type { CallKind } from '#networks/port/call-budget';
import { budgetFor, formerCommentLimit } from './call-budgets.js';

const [instagramToken, facebookToken] = ['IGAAx', 'EAAx'];
const [second, minute, hour, day] = [1, 60, 3_600, 86_400];

/** Figures of the reference, §3, one row each. */
const reference: readonly (readonly [CallKind, string, number, number, 'documented' | 'withdrawn'])[] = [
  ['comment', instagramToken, 60, hour, 'withdrawn'],
  ['comment', facebookToken, 60, hour, 'withdrawn'],
  ['private_reply', instagramToken, 750, hour, 'documented'],
  ['live_private_reply', instagramToken, 100, second, 'documented'],
  ['message', instagramToken, 100, second, 'documented'],
  ['message', facebookToken, 300, second, 'documented'],
  ['media_message', instagramToken, 10, second, 'documented'],
  ['media_message', facebookToken, 10, second, 'documented'],
  ['conversation', instagramToken, 2, second, 'documented'],
  ['hashtag', facebookToken, 30, 7 * day, 'documented'],
  ['ice_breakers', instagramToken, 10, 10 * minute, 'documented'],
  ['like', facebookToken, 50, 5 * second, 'documented'],
];

describe('budgets of calls', () => {
  it.each(reference)('%s with a token %s: %d in %d s, %s', (kind, accessToken, amount, windowSeconds, standing) => {
    const budget = budgetFor(kind, { accessToken, commentsPerHour: formerCommentLimit });
    expect(budget).toMatchObject({ kind, amount, windowSeconds, source: { standing } });
    expect(budget?.source.where).not.toBe('');
  });

  it('without a token are the smaller ones', () => expect(budgetFor('message', { accessToken: null, commentsPerHour: 0 })?.amount).toBe(100));

  it('of comments is what the installation says, or none; the others are Instagram\'s', () => {
    const amounts = (commentsPerHour: number): unknown[] => (['comment', 'private_reply', 'ice_breakers'] as const).map((kind) => budgetFor(kind, { accessToken: null, commentsPerHour })?.amount ?? null);
    expect([amounts(5), amounts(500), amounts(0)]).toEqual([[5, 750, 10], [500, 750, 10], [null, 750, 10]]);
  });
});
