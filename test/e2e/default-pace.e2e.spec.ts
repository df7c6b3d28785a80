import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeJpeg } from '#testing/media/make-image';
import { Platform } from './platform/platform.js';

interface Target {
  readonly status: string;
  readonly deferral: string | null;
  readonly next_attempt_at: string | null;
  readonly error: string | null;
}

describe('an installation that sets no pace', () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await Platform.start({ hasDefaultPace: true });
  }, 120_000);
  afterAll(() => platform?.close());

  async function post(number: number): Promise<string> {
    const created = await platform.api.uploadPost([['profiles[]', 'instagram'], ['post[body]', `in a row ${String(number)}`], ['media[]', { bytes: await makeJpeg({ width: 640, height: 640, seed: 900 + number }), filename: 'a.jpg' }]]);
    expect(created.status, JSON.stringify(created.body)).toBe(201);
    return created.body.id;
  }
  const targetOf = (view: unknown): Target => (view as { platforms: Target[] }).platforms[0] as Target;

  it('publishes ten posts of an account at once, and lets the eleventh wait for its place', async () => {
    const began = Date.now();
    const ids: string[] = [];
    for (let number = 0; number < 11; number += 1) ids.push(await post(number));
    const settled: Target[] = [];
    for (const id of ids) settled.push(targetOf(await platform.api.waitForPost(id, (view) => targetOf(view).deferral === 'spacing' || targetOf(view).status === 'published')));
    const waiting = settled.filter(({ status }) => status !== 'published');
    // Every minute that this took has made room for one more.
    const freed = Math.floor((Date.now() - began) / 60_000);
    expect([11 - waiting.length >= 10, 11 - waiting.length <= 10 + freed]).toEqual([true, true]);
    for (const { next_attempt_at: next, error } of waiting) expect([error, Date.parse(next ?? '') - began <= 2 * 60_000]).toEqual([null, true]);
  });
});
