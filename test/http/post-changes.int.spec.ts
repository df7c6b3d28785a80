import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoopbackMediaHost } from '#testing/loopback-media-host';
import { makeJpeg, makePng } from '#testing/media/make-image';
import { makeMp4 } from '#testing/media/make-video';
import { PostsClient, type Shown } from './posts-client.js';
import { LiveApi } from './live-api.js';

let api: LiveApi;
let host: LoopbackMediaHost;
let posts: PostsClient;
let jpeg: string;
let video: string;
const closed = 'Post cannot be edited (only drafts or scheduled posts more than 5 minutes before publish time)';
const inMinutes = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString();

beforeAll(async () => {
  host = await LoopbackMediaHost.start();
  api = await LiveApi.start(20);
  posts = new PostsClient(api);
  jpeg = host.serve('/a.jpg', await makeJpeg({ width: 640, height: 640 }), 'image/jpeg');
  video = host.serve('/v.mp4', await makeMp4({ seconds: 5, width: 720, height: 1280 }), 'video/mp4');
}, 60_000);
afterAll(async () => {
  await api?.close();
  await host?.stop();
});

const draft = (more: object = {}): Promise<Shown> => posts.make({ post: { body: randomUUID(), draft: true }, media: [jpeg], ...more });
const scheduled = (minutes: number, more: object = {}): Promise<Shown> => posts.make({ post: { body: randomUUID(), scheduled_at: inMinutes(minutes) }, media: [jpeg], ...more });
const dueAt = async (id: string): Promise<Date | null> => (await api.query<{ due_at: Date | null }>('SELECT due_at FROM platform_post WHERE post_id = $1', [id]))[0]?.due_at ?? null;
const eventsOf = (id: string): Promise<{ type: string; data: { status: string; change?: string } }[]> => api.query('SELECT type, data FROM event WHERE post_id = $1 ORDER BY id', [id]);

describe('PATCH /api/posts/:id', () => {
  it('merges post, merges platforms for each network, and keeps what is not sent', async () => {
    const metadata = { campaign: 7 };
    const { id, media, body } = await draft({ metadata, platforms: { instagram: { first_comment: 'First', location_id: '12' } } });
    const changed = await posts.call('PATCH', `/api/posts/${id}`, { platforms: { instagram: { first_comment: 'Second', location_id: null } } });
    expect(changed).toMatchObject({ status: 200, body: { id, body, draft: true, metadata, media: [{ id: media[0]?.id }], platforms: [{ params: { format: 'post', first_comment: 'Second' } }], warnings: [] } });
    expect(changed.body.platforms[0]?.params).not.toHaveProperty('location_id');
    const again = await posts.call('PATCH', `/api/posts/${id}`, { post: { body: 'New text' }, metadata: { campaign: 8 } });
    expect(again.body).toMatchObject({ body: 'New text', metadata: { campaign: 8 }, platforms: [{ id: changed.body.platforms[0]?.id, params: { first_comment: 'Second' } }] });
    expect((await posts.call('GET', `/api/posts/${id}`)).body).toMatchObject({ body: 'New text', media: [{ id: media[0]?.id }] });
  });

  it('replaces media and profiles', async () => {
    const other = await posts.anotherProfile();
    const { id, media } = await draft();
    const changed = await posts.call('PATCH', `/api/posts/${id}`, { media: [video], profiles: [other], platforms: { instagram: { format: 'reel', thumb_offset: '22' } } });
    expect(changed, JSON.stringify(changed.body)).toMatchObject({ status: 200, body: { media: [{ content_type: 'video/mp4', duration_ms: 5000 }], platforms: [{ profile_id: other, params: { format: 'reel', thumb_offset: 22 } }] } });
    expect(changed.body.media[0]?.id).not.toBe(media[0]?.id);
    expect((await posts.call('GET', `/api/posts/${id}`)).body).toMatchObject({ media: [{ content_type: 'video/mp4' }], platforms: [{ profile_id: other }] });
  });

  it.each<[string, object, string]>([
    ['cleared media', { media: [] }, 'Media is required for feed post on Instagram'],
    ['cleared profiles', { profiles: [] }, 'Post profiles must have at least one profile selected'],
    ['an unknown profile', { profiles: ['prof_nobody'] }, 'Profile not found for prof_nobody'],
    ['a text that is too long', { post: { body: 'x'.repeat(2201) } }, '2,200'],
    ['a format that the kept media do not fit', { platforms: { instagram: { format: 'reel' } } }, 'eel'],
    ['an unknown parameter', { platforms: { instagram: { filter: 'x' } } }, 'Invalid platform params for instagram: filter. Allowed:'],
    ['platform settings that are no object', { platforms: { instagram: 'x' } }, 'platforms.instagram must be an object'],
    ['a group', { profile_group_id: 'grp_1' }, 'Unknown parameter: profile_group_id'],
  ])('judges the post as it would become, and changes nothing: %s', async (_name, change, sentence) => {
    const before = await draft();
    const answer = await posts.call('PATCH', `/api/posts/${before.id}`, change);
    expect(answer.status, JSON.stringify(answer.body)).toBe(422);
    expect(answer.body.errors.join('\n').replaceAll('2200', '2,200')).toContain(sentence);
    expect((await posts.call('GET', `/api/posts/${before.id}`)).body).toMatchObject({ body: before.body, updated_at: before.updated_at });
  });

  it('moves a post between draft, its time and now, and tells so', async () => {
    const { id } = await draft();
    const at = inMinutes(60);
    expect((await posts.call('PATCH', `/api/posts/${id}`, { post: { scheduled_at: at } })).body).toMatchObject({ status: 'draft', draft: true, scheduled_at: at });
    expect(await dueAt(id)).toBeNull();
    expect((await posts.call('PATCH', `/api/posts/${id}`, { post: { draft: false } })).body).toMatchObject({ status: 'scheduled', draft: false });
    expect(await dueAt(id)).toEqual(new Date(new Date(at).getTime() - 5 * 60_000));
    expect((await posts.call('PATCH', `/api/posts/${id}`, { post: { draft: true } })).body).toMatchObject({ status: 'draft', scheduled_at: at });
    expect(await dueAt(id)).toBeNull();
    expect((await posts.call('PATCH', `/api/posts/${id}`, { post: { draft: false, scheduled_at: null } })).body).toMatchObject({ status: 'pending', scheduled_at: null });
    expect(await dueAt(id)).not.toBeNull();
    expect((await eventsOf(id)).map(({ type, data }) => [type, data.change ?? null, data.status])).toEqual([
      ['post.created', null, 'draft'], ['post.updated', 'edited', 'draft'], ['post.updated', 'edited', 'scheduled'], ['post.updated', 'edited', 'draft'], ['post.updated', 'edited', 'pending'],
    ]);
  });

  it('takes a form with files', async () => {
    const { id } = await draft();
    const changed = await posts.form('PATCH', `/api/posts/${id}`, [['post[body]', 'by form'], ['media[]', await makePng({ width: 400, height: 400 })]]);
    expect(changed, JSON.stringify(changed.body)).toMatchObject({ status: 200, body: { body: 'by form', media: [{ content_type: 'image/jpeg', width: 400 }] } });
    expect(changed.body.warnings).not.toEqual([]);
  });

  it('is possible until five minutes before the time, and not later', async () => {
    const early = await scheduled(6);
    expect(await posts.call('PATCH', `/api/posts/${early.id}`, { post: { body: 'in time' } })).toMatchObject({ status: 200, body: { status: 'scheduled' } });
    const late = await scheduled(4);
    expect(await posts.call('PATCH', `/api/posts/${late.id}`, { post: { body: 'too late' } })).toMatchObject({ status: 422, body: { code: 'validation_failed', errors: [closed] } });
    for (const status of ['pending', 'processing', 'processed']) {
      await api.query('UPDATE post SET status = $2::post_status WHERE id = $1', [late.id, status]);
      expect(await posts.call('PATCH', `/api/posts/${late.id}`, {})).toMatchObject({ status: 422, body: { errors: [closed] } });
    }
  });

  it('judges a post from before facts were kept by what its rows tell', async () => {
    const { id } = await posts.make({ post: { body: '', draft: true }, media: [video], platforms: { instagram: { format: 'reel' } } });
    await api.query('UPDATE media SET facts = NULL WHERE post_id = $1', [id]);
    expect(await posts.call('PATCH', `/api/posts/${id}`, { platforms: { instagram: { thumb_offset: 9000 } } })).toMatchObject({ status: 422, body: { errors: ['thumb_offset is 9000 ms; the video ends at 5000 ms'] } });
    expect(await posts.call('PATCH', `/api/posts/${id}`, { platforms: { instagram: { thumb_offset: 900 } } })).toMatchObject({ status: 200 });
  });
});

describe('POST /api/posts/:id/publish', () => {
  it('sends a draft on its way, now or at its time, once', async () => {
    const now = await draft();
    expect(await posts.call('POST', `/api/posts/${now.id}/publish`)).toMatchObject({ status: 200, body: { id: now.id, status: 'pending', draft: false } });
    expect(await dueAt(now.id)).not.toBeNull();
    const at = inMinutes(90);
    const later = await draft({ post: { body: 'later', draft: true, scheduled_at: at } });
    expect(await posts.call('POST', `/api/posts/${later.id}/publish`)).toMatchObject({ status: 200, body: { status: 'scheduled', scheduled_at: at } });
    expect(await posts.call('POST', `/api/posts/${later.id}/publish`)).toMatchObject({ status: 422, body: { errors: ['Post is not a draft'] } });
    expect((await eventsOf(now.id)).at(-1)).toMatchObject({ type: 'post.updated', data: { change: 'released', status: 'pending' } });
  });

  it('is refused when a profile of the draft has been taken out', async () => {
    const other = await posts.anotherProfile();
    const { id } = await draft({ profiles: [other] });
    expect((await posts.call('DELETE', `/api/profiles/${other}`)).status).toBe(200);
    expect(await posts.call('POST', `/api/posts/${id}/publish`)).toMatchObject({ status: 422, body: { errors: [`Profile not found for ${other}`] } });
    expect(await posts.call('PATCH', `/api/posts/${id}`, { profiles: ['instagram'] })).toMatchObject({ status: 200, body: { platforms: [{ profile_id: expect.not.stringContaining(other) }] } });
  });
});

describe('POST /api/posts/:id/retry', () => {
  const targetsOf = (id: string): Promise<Record<string, unknown>[]> => api.query('SELECT * FROM platform_post WHERE post_id = $1 ORDER BY id', [id]);
  /** A post of as many targets as states, each as a worker left it. */
  async function settled(...states: readonly string[]): Promise<{ id: string; profiles: string[] }> {
    const profiles: string[] = [];
    for (const _state of states) profiles.push(await posts.anotherProfile());
    const { id } = await draft({ profiles });
    for (const [index, state] of states.entries()) {
      await api.query(`UPDATE platform_post SET ${state}, attempts = 5, checks = 3, attempted_at = now() - interval '3 days', error = 'x', error_details = '{}' WHERE post_id = $1 AND profile_id = $2`, [id, profiles[index]]);
    }
    await api.query("UPDATE post SET status = 'processed' WHERE id = $1", [id]);
    return { id, profiles };
  }
  const failed = "status = 'failed', step = 'done'";

  it('puts failed targets at their beginning, with the whole retry plan before them, and leaves the others as they are', async () => {
    const { id, profiles } = await settled(failed, "status = 'published', step = 'done', published_at = now()", "status = 'unconfirmed', step = 'done'", "status = 'failed_waiting_for_retry', step = 'creating'");
    const before = await targetsOf(id);
    const answer = await posts.call('POST', `/api/posts/${id}/retry`, {});
    expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200, body: { status: 'processing' } });
    expect(answer.body.platforms.map(({ status }) => status).sort()).toEqual(['failed_waiting_for_retry', 'pending', 'published', 'unconfirmed']);
    const after = await targetsOf(id);
    expect(after.find((target) => target['profile_id'] === profiles[0])).toMatchObject({ step: 'waiting', attempts: 0, checks: 0, attempted_at: null, error: null, error_details: null, due_at: expect.any(Date) });
    expect(after.filter((target) => target['profile_id'] !== profiles[0])).toEqual(before.filter((target) => target['profile_id'] !== profiles[0]));
    expect((await eventsOf(id)).at(-1)).toMatchObject({ type: 'post.updated', data: { change: 'retried' } });
    expect(await posts.call('POST', `/api/posts/${id}/retry`, {})).toMatchObject({ status: 409, body: { code: 'state_conflict' } });
  });

  it('asks the container first when a publishing call went out to it, unless its own last word was that it failed', async () => {
    const called = `${failed}, container_id = 'c1', publish_started_at = now(), publish_called_at = now(), is_final_if_untouched = true`;
    const { id, profiles } = await settled(called, called);
    const spoken = (await targetsOf(id)).find((target) => target['profile_id'] === profiles[1]);
    await api.query("INSERT INTO publish_attempt (workspace_id, id, platform_post_id, step, request_id, outcome, started_at) VALUES ($1, $2, $3, 'publishing', 'r', 'container_failed', now())", [api.workspaceId, `att_${randomUUID()}`, spoken?.['id']]);
    expect((await posts.call('POST', `/api/posts/${id}/retry`, {})).status).toBe(200);
    const after = await targetsOf(id);
    expect(after.find((target) => target['profile_id'] === profiles[0])).toMatchObject({ step: 'publishing', container_id: 'c1', publish_called_at: expect.any(Date), is_final_if_untouched: false });
    expect(after.find((target) => target['profile_id'] === profiles[1])).toMatchObject({ step: 'waiting', container_id: null, publish_called_at: null, publish_started_at: null });
  });

  it('takes one profile, and refuses one that the post does not go to, has not failed, or is gone', async () => {
    const { id, profiles: [first = '', second = ''] } = await settled(failed, failed);
    expect(await posts.call('POST', `/api/posts/${id}/retry`, { profile_id: 'prof_nobody' })).toMatchObject({ status: 422, body: { errors: ['Profile not found for prof_nobody'] } });
    expect((await posts.call('POST', `/api/posts/${id}/retry`, { profile_id: first })).body.platforms.map(({ profile_id, status }) => [profile_id, status]).sort()).toEqual([[first, 'pending'], [second, 'failed']].sort());
    expect(await posts.call('POST', `/api/posts/${id}/retry`, { profile_id: first })).toMatchObject({ status: 409 });
    await api.query('UPDATE profile SET removed_at = now() WHERE id = $1', [second]);
    expect(await posts.call('POST', `/api/posts/${id}/retry`, { profile_id: second })).toMatchObject({ status: 409, body: { code: 'state_conflict' } });
  });
});

describe('deleting on the platform', () => {
  it('is refused in the words of the model, by both ways, and our record stays', async () => {
    const { id } = await draft();
    const refused = { status: 422, body: { errors: ['No profiles eligible for deletion: platform deletion is not supported for instagram'] } };
    expect(await posts.call('POST', `/api/posts/${id}/delete_on_platform`)).toMatchObject(refused);
    expect(await posts.call('DELETE', `/api/posts/${id}?delete_on_platform=true`)).toMatchObject(refused);
    expect((await posts.call('GET', `/api/posts/${id}`)).status).toBe(200);
  });
});

describe('POST /api/posts/validate', () => {
  const stored = (): string[] => readdirSync(join(api.dataDir, 'media'), { recursive: true, encoding: 'utf8' }).filter((name) => /[0-9a-f]{64}$/.test(name)).sort();

  it('says what creating would say, and leaves nothing behind', async () => {
    const picture = host.serve('/own.png', await makePng({ width: 1900, height: 300 }), 'image/png');
    const [rows, files] = [await api.rowsOf("workspace_id = $1 AND 'idempotency_key' <> t.tableoid::regclass::text", [api.workspaceId]), stored()];
    const request = { post: { body: 'wide', draft: true }, profiles: ['instagram'], media: [picture] };
    const said = await posts.call('POST', '/api/posts/validate', request);
    expect(said).toMatchObject({ status: 200, body: { valid: true, violations: [], media: [{ status: 'processed', error_message: null, content_type: 'image/jpeg', width: 1440, source_url: picture }] } });
    expect(await api.rowsOf("workspace_id = $1 AND 'idempotency_key' <> t.tableoid::regclass::text", [api.workspaceId])).toEqual(rows);
    expect(stored()).toEqual(files);
    const made = await posts.call('POST', '/api/posts', request);
    expect(made.body.warnings).toEqual(said.body.warnings);
    expect(said.body.warnings).not.toEqual([]);
    expect(stored().length).toBeGreaterThan(files.length);
    const withStored = stored();
    expect((await posts.call('POST', '/api/posts/validate', request)).body.valid).toBe(true);
    expect(stored()).toEqual(withStored);
  });

  it('looks at a cover and stores nothing of it; creating stores the one picture, for nobody lists covers', async () => {
    const cover = host.serve('/cover-only.jpg', await makeJpeg({ width: 540, height: 960 }), 'image/jpeg');
    const request = (more: object): object => ({ post: { body: 'covered', draft: true }, profiles: ['instagram'], media: [video], platforms: { instagram: { format: 'reel', ...more } } });
    await posts.make(request({}));
    const files = stored();
    expect((await posts.call('POST', '/api/posts/validate', request({ cover_url: cover }))).body).toMatchObject({ valid: true });
    expect(stored()).toEqual(files);
    await posts.make(request({ cover_url: cover }));
    expect(stored()).toHaveLength(files.length + 1);
  });

  it.each<[string, () => object]>([
    ['rules of the network', () => ({ media: [video], platforms: { instagram: { format: 'reel', thumb_offset: 9000 } } })],
    ['no media', () => ({})],
    ['an unknown parameter', () => ({ media: [jpeg], platforms: { instagram: { filter: 1 } } })],
    ['an unknown profile', () => ({ profiles: ['prof_nobody'], media: [jpeg] })],
    ['no profile', () => ({ profiles: [], media: [jpeg] })],
  ])('names the very violations that creating refuses for: %s', async (_name, more) => {
    const request = { post: { body: 'x' }, profiles: ['instagram'], ...more() };
    const [said, made] = [await posts.call('POST', '/api/posts/validate', request), await posts.call('POST', '/api/posts', request)];
    expect(said).toMatchObject({ status: 200, body: { valid: false } });
    expect(made.status).toBe(422);
    expect(said.body.violations.map(({ message }) => message)).toEqual(made.body.errors);
  });

  it('tells what may go wrong also of a post that is refused, so that both can be mended at once', async () => {
    const wide = host.serve('/wide-too.png', await makePng({ width: 1900, height: 300 }), 'image/png');
    const said = await posts.call('POST', '/api/posts/validate', { post: { body: '#a '.repeat(31) }, profiles: ['instagram'], media: [wide] });
    expect(said.body.violations).toMatchObject([{ rule: 'instagram.caption.hashtags_max' }]);
    expect(said.body.warnings).toContainEqual(expect.objectContaining({ rule: 'instagram.post.aspect_max' }));
  });

  it('names every media that cannot be had or read, by its place, beside everything else', async () => {
    const page = host.serve('/page.jpg', '<html>not a picture</html>', 'text/html');
    const media = [jpeg, host.url('/absent.jpg'), page, 'http://10.255.255.1/a.jpg'];
    const said = await posts.call('POST', '/api/posts/validate', { post: {}, profiles: ['prof_nobody'], media });
    expect(said).toMatchObject({ status: 200, body: { valid: false, media: [{ status: 'processed' }, { status: 'failed', error_message: expect.any(String), content_type: null }, { status: 'failed' }, { status: 'failed' }] } });
    expect(said.body.violations.map(({ path, rule }) => [path, rule])).toEqual([
      ['profiles', 'post.profile_exists'], ['media[1]', 'media.unreachable'], ['media[2]', 'media.type'], ['media[3]', 'media.egress_refused'],
    ]);
    expect(said.body.media[1]?.error_message).toBe(said.body.violations[1]?.message);
  });

  it('takes a form with files, and refuses what is no request as creating does', async () => {
    const files = stored();
    const said = await posts.form('POST', '/api/posts/validate', [['post[body]', 'x'], ['profiles[]', 'instagram'], ['media[]', await makeJpeg({ width: 777, height: 777 })]]);
    expect(said, JSON.stringify(said.body)).toMatchObject({ status: 200, body: { valid: true, media: [{ source_url: null, width: 777 }] } });
    expect(stored()).toEqual(files);
    expect(await posts.call('POST', '/api/posts/validate', { post: {} })).toMatchObject({ status: 400, body: { code: 'parameter_missing' } });
    expect(await posts.call('POST', '/api/posts/validate', { post: {}, profiles: ['instagram'], colour: 'red' })).toMatchObject({ status: 422 });
  });
});
