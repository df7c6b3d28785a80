import { describe, expect, it } from 'vitest';
import { after, minutes } from '#kernel/clock';
import { arrange, timeIn, type QueuedPost, type QueuePlan } from './queue-arrangement.rules.js';

const now = new Date('2026-11-22T10:00:00Z');
const queue: QueuePlan = { timezone: 'UTC', enabled: true, jitter: 0, timeslots: [0, 1, 2, 3, 4, 5, 6].map((day) => ({ id: day, day, time: '12:00' })) };
const at = (day: number): Date => new Date(`2026-11-${String(day)}T12:00:00Z`);
const post = (id: string, more: Partial<QueuedPost> = {}): QueuedPost => ({ id, priority: 'medium', slotAt: null, scheduledAt: null, isBegun: false, ...more });
const seated = (id: string, moment: Date, more: Partial<QueuedPost> = {}): QueuedPost => post(id, { slotAt: moment, scheduledAt: moment, ...more });
const places = (plan: QueuePlan, posts: readonly QueuedPost[]): Record<string, Date | null> => Object.fromEntries(arrange(plan, posts, now).map(({ id, scheduledAt }) => [id, scheduledAt]));

describe('a queue', () => {
  it.each<[string, Partial<QueuePlan>, QueuedPost[], Record<string, Date | null>]>([
    ['goes by priority, then by creation', {}, [post('a', { priority: 'low' }), post('c'), post('b'), post('d', { priority: 'high' })], { d: at(22), b: at(23), c: at(24), a: at(25) }],
    ['says nothing of posts that stay', {}, [seated('a', at(22)), post('b')], { b: at(23) }],
    ['closes a hole', {}, [seated('a', at(23)), seated('b', at(24))], { a: at(22), b: at(23) }],
    ['leaves what a worker has begun, in its slot', {}, [seated('a', at(22), { isBegun: true }), seated('b', at(23)), post('c', { priority: 'high' })], { c: at(23), b: at(24) }],
    ['leaves what comes within five minutes', {}, [seated('a', after(now, minutes(5))), post('b', { priority: 'high' })], { b: at(22) }],
    ['moves what comes a moment later', {}, [seated('a', after(now, minutes(5) + 1)), post('b', { priority: 'high' })], { b: at(22), a: at(23) }],
    ['leaves what has had its slot and waits for its jitter', {}, [post('a', { slotAt: after(now, -minutes(10)), scheduledAt: after(now, minutes(30)) }), post('b')], { b: at(22) }],
    ['that is paused takes all times away', { enabled: false }, [seated('a', at(22)), seated('b', after(now, minutes(1))), seated('c', at(23), { isBegun: true })], { a: null, b: null }],
    ['without slots has no times', { timeslots: [] }, [seated('a', at(22)), post('b')], { a: null }],
  ])('%s', (_what, plan, posts, expected) => {
    expect(places({ ...queue, ...plan }, posts)).toEqual(expected);
  });

  it('arranged twice changes nothing the second time', () => {
    const plan = { ...queue, jitter: 60 };
    const posts = Array.from({ length: 50 }, (_, index) => post(`p${String(index).padStart(2, '0')}`, { priority: index % 3 === 0 ? 'high' : 'low' }));
    const placed = new Map(arrange(plan, posts, now).map((place) => [place.id, place]));
    expect(placed.size).toBe(50);
    expect(arrange(plan, posts.map((each) => ({ ...each, ...placed.get(each.id) })), now)).toEqual([]);
  });
});

it('jitter is between nothing and its minutes, the same for one post in one slot, and spread over posts', () => {
  const times = Array.from({ length: 500 }, (_, index) => timeIn(at(22), `post_${String(index)}`, 30).getTime() - at(22).getTime());
  expect(Math.min(...times)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...times)).toBeLessThanOrEqual(minutes(30));
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(minutes(25));
  expect(timeIn(at(22), 'post_1', 30)).toEqual(timeIn(at(22), 'post_1', 30));
  expect(timeIn(at(22), 'post_1', 0)).toEqual(at(22));
});
