import { describe, expect, it } from 'vitest';
import { misnumbered, weigh, type FeedRow, type TargetRow } from './verdict.js';

const told = { 'post.created': 1, 'post.processed': 1, 'platform_post.published': 1 };
const toldFailed = { 'post.created': 1, 'post.processed': 1, 'platform_post.failed': 1 };
const atTheEnd = new Date(60_000);
const live: TargetRow = { id: 'pp_1', status: 'published', step: 'done', hold: null, error: null, remoteId: 'm1', updatedAt: atTheEnd, isHeldTooLong: false, events: told };
const failed: TargetRow = { ...live, status: 'failed', remoteId: null, error: 'refused', events: toldFailed };

interface Trial {
  readonly row?: Partial<TargetRow> | null;
  readonly media?: readonly string[];
  readonly comments?: number;
}

function verdictOf({ row = {}, media = ['m1'], comments = 1 }: Trial) {
  const rows = row === null ? [] : [{ ...live, ...row }];
  const ledgers = { captions: new Map([['a post', media], ['of somebody else', ['m9']]]), comments: new Map([['first', comments]]) };
  return weigh([{ targetId: 'pp_1', caption: 'a post', comment: 'first' }], rows, ledgers, () => 50_000);
}

describe('what the harness sees', () => {
  it('sees nothing wrong with a post that is live once', () => {
    expect(verdictOf({})).toEqual({ posts: 1, lost: 0, duplicates: 0, unconfirmed: 0, recoveries: [10], violations: [] });
  });

  it('counts no recovery for a post that had its end before', () => {
    expect(verdictOf({ row: { updatedAt: new Date(49_000) } }).recoveries).toEqual([]);
  });

  it.each<[string, Trial, { lost?: number; duplicates?: number; unconfirmed?: number; violations?: string[] }]>([
    ['a post that is live twice', { media: ['m1', 'm2'] }, { duplicates: 1 }],
    ['a post and its comment that are there three times each', { media: ['m1', 'm2', 'm3'], comments: 3 }, { duplicates: 4 }],
    ['a post that failed', { row: failed, media: [], comments: 0 }, {}],
    ['a post that nobody knows about', { row: { ...failed, status: 'unconfirmed', events: { 'post.created': 1, 'post.processed': 1, 'platform_post.unconfirmed': 1 } }, media: [], comments: 0 }, { unconfirmed: 1 }],
    ['a post that was shown as in doubt twice', { row: { events: { ...told, 'platform_post.unconfirmed': 2 } } }, { violations: ['event platform_post.unconfirmed 2 times'] }],
    ['a row that is gone, of a post that is not live', { row: null, media: [] }, { lost: 1, violations: ['its row is gone'] }],
    ['a row that is gone, of a post that is live', { row: null }, { violations: ['its row is gone'] }],
    ['a post that is still under way', { row: { step: 'polling', status: 'processing', remoteId: null, error: 'lost', events: { 'post.created': 1 } }, media: [], comments: 0 }, { lost: 1, violations: ['not finished: processing in polling (lost)'] }],
    ['a post that is held', { row: { step: 'waiting', status: 'pending', hold: 'overdue', remoteId: null, events: { 'post.created': 1 } }, media: [], comments: 0 }, { lost: 1, violations: ['not finished: pending in waiting (held: overdue)'] }],
    ['a failure that is live', { row: failed }, { violations: ['shown as failed and live'] }],
    ['a success that is not live', { media: [] }, { lost: 1, violations: ['shown as published and not live'] }],
    ['the id of another post', { row: { remoteId: 'm9' } }, { violations: ['bound to the post of somebody else'] }],
    ['a lease that was never given back', { row: { isHeldTooLong: true } }, { violations: ['leased beyond its time'] }],
    ['an event that is missing', { row: { events: { ...told, 'platform_post.published': 0 } } }, { violations: ['event platform_post.published 0 times instead of 1'] }],
    ['an event that was told twice', { row: { events: { ...told, 'post.processed': 2 } } }, { violations: ['event post.processed 2 times instead of 1'] }],
    ['a failure told of a success', { row: { events: { ...told, 'platform_post.failed': 1 } } }, { violations: ['event platform_post.failed 1 times instead of 0'] }],
    ['a comment that is missing', { comments: 0 }, { violations: ['its first comment is missing, and nothing says so'] }],
    ['a comment of which nobody knows, and that says so', { row: { events: { ...told, 'platform_post.comment_unconfirmed': 1 } }, comments: 0 }, {}],
    ['a comment that was refused, and that says so', { row: { error: 'refused' }, comments: 0 }, {}],
    ['no comment where the id of the post is unknown', { row: { remoteId: null }, comments: 0 }, {}],
  ])('%s', (_, trial, expected) => {
    const { lost, duplicates, unconfirmed, violations } = verdictOf(trial);
    const wanted = { lost: 0, duplicates: 0, unconfirmed: 0, ...expected, violations: (expected.violations ?? []).map((sentence) => `a post: ${sentence}`) };
    expect({ lost, duplicates, unconfirmed, violations }).toEqual(wanted);
  });
});

describe('what the harness sees of the feed', () => {
  const whole: FeedRow = { workspaceId: 'ws_1', events: 3, numbered: 3, numbers: 3, first: 1, last: 3, counter: 3 };
  it.each<[string, Partial<FeedRow>, boolean]>([
    ['every event with its number', {}, true],
    ['an event without a number', { numbered: 2, numbers: 2, last: 2, counter: 2 }, false],
    ['a number twice', { numbers: 2 }, false],
    ['a gap', { last: 4, counter: 4 }, false],
    ['a number that was given to nobody at the end', { counter: 4 }, false],
    ['a beginning that is lost', { first: 2, last: 4, counter: 4 }, false],
    ['no counter', { counter: null }, false],
  ])('%s', (_, fact, isRight) => expect(misnumbered({ ...whole, ...fact })).toHaveLength(isRight ? 0 : 1));
});
