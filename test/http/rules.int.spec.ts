import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoopbackMediaHost } from '#testing/loopback-media-host';
import { makeMp4 } from '#testing/media/make-video';
import { LiveApi } from './live-api.js';

interface Rule {
  readonly id: string;
  readonly network: string;
  readonly formats: readonly string[];
  readonly media: string | null;
  readonly thresholds: readonly { readonly severity: string; readonly limit: number | null }[];
}

let lenient: LiveApi;
let documented: LiveApi;
let host: LoopbackMediaHost;
/** A video that Meta's documentation refuses in a story and the usual limits take. */
let twoSeconds: string;

beforeAll(async () => {
  [lenient, documented, host] = await Promise.all([LiveApi.start(1), LiveApi.start(1, null, { MEDIA_LIMITS: 'documented' }), LoopbackMediaHost.start()]);
  twoSeconds = host.serve(`/${randomBytes(6).toString('hex')}.mp4`, await makeMp4({ seconds: 2, width: 360, height: 640 }), 'video/mp4');
}, 60_000);
afterAll(async () => {
  await Promise.all([lenient?.close(), documented?.close(), host?.stop()]);
});

async function get(api: LiveApi, query: string): Promise<{ status: number; data: Rule[] }> {
  const answer = await api.send({ method: 'GET', operationId: 'listRules', url: `/api/rules${query}`, headers: { authorization: `Bearer ${api.key}` }, body: null });
  return { status: answer.status, data: (JSON.parse(answer.text) as { data?: Rule[] }).data ?? [] };
}

async function draft(api: LiveApi, params: object): Promise<{ status: number; rules: string[]; warnings: string[] }> {
  const body = JSON.stringify({ post: { draft: true }, profiles: [api.profileId], media: [twoSeconds], platforms: { instagram: params } });
  const answer = await api.send({ method: 'POST', operationId: 'createPost', url: '/api/posts', headers: { authorization: `Bearer ${api.key}`, 'content-type': 'application/json' }, body });
  const parsed = JSON.parse(answer.text) as { details?: { violations: { rule: string }[] }; warnings?: { rule: string }[] };
  return { status: answer.status, rules: parsed.details?.violations.map(({ rule }) => rule) ?? [], warnings: parsed.warnings?.map(({ rule }) => rule) ?? [] };
}

describe('GET /api/rules', () => {
  it('has every rule once, with its network and its figures', async () => {
    const { status, data } = await get(lenient, '');
    expect(status).toBe(200);
    expect(new Set(data.map(({ id }) => id)).size).toBe(data.length);
    expect(data.every(({ network }) => network === 'instagram')).toBe(true);
    expect(data.find(({ id }) => id === 'instagram.reel.duration_max')).toEqual({
      id: 'instagram.reel.duration_max', network: 'instagram', formats: ['reel'], media: 'video',
      subject: 'video_duration', comparison: 'max', unit: 'ms', tolerance: null, relative_to: null,
      thresholds: [
        { severity: 'error', limit: 5_400_000, values: null, message: 'Video duration is {actual}; allowed is at most 90 min' },
        { severity: 'warning', limit: 900_000, values: null, message: 'Video duration is {actual}; Meta documents at most 15 min, the usual limit is at most 90 min' },
      ],
      fix: 'Cut the video.', source: 'issue 5 §3; §1.7 Meta: IG User Media',
    });
  });

  it('filters by network, format and kind of file, each one value or several in either spelling', async () => {
    const all = (await get(lenient, '')).data;
    const ids = async (query: string): Promise<string[]> => (await get(lenient, query)).data.map(({ id }) => id);
    const matching = (isWanted: (rule: Rule) => boolean): string[] => all.filter(isWanted).map(({ id }) => id);
    const reelVideo = matching(({ formats, media }) => formats.includes('reel') && media !== 'image');
    expect(reelVideo.length).toBeGreaterThan(10);
    expect(await ids('?network=instagram&format=reel&media=video')).toEqual(reelVideo);
    const notPost = matching(({ formats }) => formats.includes('reel') || formats.includes('story'));
    expect(await ids('?format=reel,story')).toEqual(notPost);
    expect(await ids('?format[]=reel&format[]=story')).toEqual(notPost);
    expect(await ids('?media=image,video')).toEqual(all.map(({ id }) => id));
    expect(await ids('?network=elsewhere')).toEqual([]);
  });

  it.each(['?media=audio', '?format=../x', `?network=${Array.from({ length: 21 }, () => 'a').join()}`, '?colour=red'])('refuses %s', async (query) => {
    expect((await get(lenient, query)).status).toBe(422);
  });
});

describe('MEDIA_LIMITS', () => {
  it('decides what becomes of a file that only Meta\'s documentation refuses, and the rules say so', async () => {
    const severities = async (api: LiveApi) => (await get(api, '')).data.find(({ id }) => id === 'instagram.story.duration_min')?.thresholds.map(({ severity, limit }) => [severity, limit]);
    expect(await severities(lenient)).toEqual([['error', 1000], ['warning', 3000]]);
    expect(await severities(documented)).toEqual([['error', 3000]]);
    expect(await draft(lenient, { format: 'story' })).toEqual({ status: 201, rules: [], warnings: ['instagram.story.duration_min'] });
    expect(await draft(documented, { format: 'story' })).toEqual({ status: 422, rules: ['instagram.story.duration_min'], warnings: [] });
  });

  it('lists the rule of every violation', async () => {
    const known = new Set((await get(documented, '')).data.map(({ id }) => id));
    const { status, rules } = await draft(documented, { format: 'reel', alt_text: 'x', thumb_offset: 5000 });
    expect({ status, rules: [...rules].sort() }).toEqual({ status: 422, rules: ['instagram.alt_text.placement', 'instagram.reel.duration_min', 'instagram.thumb_offset.max'] });
    const unread = await draft(documented, { format: 'square', colour: 'red' });
    expect(unread.rules).toEqual(['instagram.params.format', 'instagram.params.unknown']);
    expect([...rules, ...unread.rules].filter((id) => !known.has(id))).toEqual([]);
  });
});
