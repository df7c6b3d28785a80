import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoopbackMediaHost } from '#testing/loopback-media-host';
import { makeJpeg } from '#testing/media/make-image';
import { LiveApi } from './live-api.js';
import { PostsClient, type Shown } from './posts-client.js';

let [api, host, posts, picture, jpeg, other]: [LiveApi, LoopbackMediaHost, PostsClient, Buffer, string, string] = [] as never;

beforeAll(async () => {
  host = await LoopbackMediaHost.start();
  api = await LiveApi.start(100);
  posts = new PostsClient(api);
  picture = await makeJpeg({ width: 640, height: 640 });
  jpeg = host.serve('/a.jpg', picture, 'image/jpeg');
  other = host.serve('/b.jpg', await makeJpeg({ width: 640, height: 480 }), 'image/jpeg');
}, 60_000);
afterAll(async () => {
  await api?.close();
  await host?.stop();
});

type Answer = Awaited<ReturnType<PostsClient['call']>>;

const hours = (count: number): string => new Date(Date.now() + count * 3_600_000).toISOString();
const create = (body: string, rest: object = {}, fields: object = {}): Promise<Answer> => posts.call('POST', '/api/posts', { profiles: ['instagram'], post: { body, ...fields }, media: [jpeg], ...rest });
const validate = (body: string, rest: object = {}): Promise<Answer> => posts.call('POST', '/api/posts/validate', { profiles: ['instagram'], post: { body }, media: [jpeg], ...rest });
const duplicateOf = ({ id }: Pick<Shown, 'id'>): object => ({ status: 409, body: { code: 'duplicate_post', retryable: false, duplicate_post_id: id, details: { duplicate_post_id: id } } });
const near = (path: string, { id }: Pick<Shown, 'id'>): object => expect.objectContaining({ rule: 'post.near_duplicate', path, actual: id }) as object;
const countOf = async (body: string): Promise<number> => (await api.query<{ count: number }>('SELECT count(*)::int FROM post WHERE body = $1', [body]))[0]?.count ?? 0;

async function first(fields: object = {}): Promise<Shown> {
  const made = await create(`First ${randomUUID()}`, {}, fields);
  expect(made.status).toBe(201);
  return made.body;
}

describe('the same post again', () => {
  it.each(['an address', 'a data URI', 'base64', 'an earlier medium', 'a form'])('is refused with the first one\'s id, its picture sent as %s', async (way) => {
    const made = await first();
    const media = { 'an address': host.serve(`/${randomUUID()}.jpg`, picture, 'image/jpeg'), 'a data URI': `data:image/jpeg;base64,${picture.toString('base64')}`, base64: { base64: picture.toString('base64') }, 'an earlier medium': { id: made.media[0]?.id } }[way];
    const again = media ? await create(made.body, { media: [media] }) : await posts.form('POST', '/api/posts', [['post[body]', made.body], ['profiles[]', 'instagram'], ['media[]', picture]]);
    expect(again).toMatchObject(duplicateOf(made));
    expect(again.body.errors).toEqual([expect.stringContaining(made.id)]);
    expect(await countOf(made.body)).toBe(1);
  });

  it('is refused whatever its spaces and the composition of its letters', async () => {
    const tail = randomUUID();
    const made = await create(`Café  au\n lait ${tail}`.normalize('NFC'));
    expect(await create(`  ${`Café au lait ${tail}`.normalize('NFD')}\n`)).toMatchObject(duplicateOf(made.body));
    expect((await create(`café au lait ${tail}`)).status).toBe(201);
  });

  it('goes through where that is said, as JSON and as a form, and counts then', async () => {
    const made = await first();
    expect((await create(made.body, { allow_duplicate: true })).status).toBe(201);
    expect((await posts.form('POST', '/api/posts', [['post[body]', made.body], ['profiles[]', 'instagram'], ['allow_duplicate', 'true'], ['media[]', picture]])).status).toBe(201);
    await posts.call('DELETE', `/api/posts/${made.id}`);
    expect((await create(made.body)).status).toBe(409);
  });

  it('is another one with other media, another order of them, or as a story', async () => {
    const body = randomUUID();
    for (const media of [[jpeg, other], [other, jpeg], [jpeg], [other]]) expect((await create(body, { media })).status).toBe(201);
    const silent = host.serve(`/${randomUUID()}.jpg`, await makeJpeg({ width: 720, height: 720 }), 'image/jpeg');
    for (const format of ['post', 'story']) expect((await create('', { media: [silent], platforms: { instagram: { format } } })).status).toBe(201);
  });

  it('is no duplicate for another profile, nor in another workspace', async () => {
    const made = await first();
    const profile = await posts.anotherProfile();
    await api.query("UPDATE platform_post SET status = 'pending' WHERE post_id = $1", [made.id]);
    expect((await create(made.body, { profiles: [profile] })).status).toBe(201);
    expect(await create(made.body, { profiles: ['instagram', profile] })).toMatchObject({ status: 409 });
    const body = randomUUID();
    const there = await create(body);
    await api.copyWorkspace(`ws_${randomUUID()}`, body);
    await api.query('DELETE FROM post WHERE workspace_id = $1 AND id = $2', [api.workspaceId, there.body.id]);
    expect((await create(body)).status).toBe(201);
  });

  it('may follow one that failed, that was deleted, or that is a draft', async () => {
    const failed = await first();
    await api.query("UPDATE platform_post SET status = 'failed', step = 'done', due_at = NULL WHERE post_id = $1", [failed.id]);
    expect((await create(failed.body)).status).toBe(201);
    const deleted = await first();
    await posts.call('DELETE', `/api/posts/${deleted.id}`);
    expect((await create(deleted.body)).status).toBe(201);
    const draft = await first({ draft: true });
    expect((await create(draft.body, {}, { draft: true })).status).toBe(201);
    expect((await create(draft.body)).status).toBe(201);
  });

  it('is told by when both go out, not by when they were sent', async () => {
    const later = await first({ scheduled_at: hours(72) });
    expect((await create(later.body)).status).toBe(201);
    expect(await create(later.body, {}, { scheduled_at: hours(49) })).toMatchObject(duplicateOf(later));
    expect(await create(later.body, {}, { scheduled_at: hours(95) })).toMatchObject(duplicateOf(later));
    expect((await create(later.body, {}, { scheduled_at: hours(47.9) })).status).toBe(201);
    const past = await first();
    await api.query("UPDATE platform_post SET status = 'published', step = 'done', due_at = NULL, published_at = now() - interval '23 hours 59 minutes' WHERE post_id = $1", [past.id]);
    expect(await create(past.body)).toMatchObject(duplicateOf(past));
    await api.query("UPDATE platform_post SET published_at = now() - interval '24 hours 1 minute' WHERE post_id = $1", [past.id]);
    expect((await create(past.body)).status).toBe(201);
  });

  it('is answered again, not refused, for the same Idempotency-Key; with another key it is refused', async () => {
    const body = JSON.stringify({ profiles: ['instagram'], post: { body: randomUUID() }, media: [jpeg] });
    const send = (key: string) => api.send({ method: 'POST', operationId: null, url: '/api/posts', body, headers: { authorization: `Bearer ${api.key}`, 'content-type': 'application/json', 'idempotency-key': key } });
    const key = randomUUID();
    const made = await send(key);
    expect([made.status, (await send(key)).text]).toEqual([201, made.text]);
    const { status, text } = await send(randomUUID());
    expect([status, JSON.parse(text)]).toEqual([409, expect.objectContaining({ code: 'duplicate_post', duplicate_post_id: (JSON.parse(made.text) as Shown).id })]);
  });

  it('is made once of a hundred at the same instant, and all others are told which', { timeout: 60_000 }, async () => {
    const body = randomUUID();
    // A machine with much else to do has no connection for a hundred at once: who is sent away (503) asks again.
    const insist = async (tries = 20): Promise<Answer> => {
      const answer = await create(body);
      return answer.status === 503 && tries > 0 ? insist(tries - 1) : answer;
    };
    const answers = await Promise.all(Array.from({ length: 100 }, () => insist()));
    const made = answers.filter(({ status }) => status === 201);
    expect(made).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 201)) expect(answer).toMatchObject(duplicateOf(made[0]?.body ?? { id: '' }));
    expect(await countOf(body)).toBe(1);
  });

  it('is made once where two go to the same profiles in another order', async () => {
    const profiles = ['instagram', await posts.anotherProfile(), await posts.anotherProfile()];
    for (let round = 0; round < 5; round += 1) {
      const body = randomUUID();
      const answers = await Promise.all([profiles, profiles.toReversed(), profiles, profiles.toReversed()].map((list) => create(body, { profiles: list })));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    }
  });
});

describe('changes that make the same of two posts', () => {
  const edit = (id: string, change: object): Promise<Answer> => posts.call('PATCH', `/api/posts/${id}`, change);
  const publish = (id: string, body: object | null = null): Promise<Answer> => posts.call('POST', `/api/posts/${id}/publish`, body);

  it('are refused when a draft is published or released, unless that is meant', async () => {
    const made = await first();
    const [one, two] = [await first({ draft: true }), await first({ draft: true })];
    for (const { id } of [one, two]) expect((await edit(id, { post: { body: made.body } })).status).toBe(200);
    expect(await publish(one.id)).toMatchObject(duplicateOf(made));
    expect(await edit(two.id, { post: { draft: false } })).toMatchObject(duplicateOf(made));
    expect((await posts.call('GET', `/api/posts/${one.id}`)).body.status).toBe('draft');
    expect((await publish(one.id, { allow_duplicate: true })).status).toBe(200);
    expect((await edit(two.id, { post: { draft: false }, allow_duplicate: true })).status).toBe(200);
  });

  it('are refused when a scheduled post gets the words, the media or the time of another', async () => {
    const made = await first({ scheduled_at: hours(10) });
    const words = await first({ scheduled_at: hours(10) });
    expect(await edit(words.id, { post: { body: made.body } })).toMatchObject(duplicateOf(made));
    const media = await create(made.body, { media: [other] }, { scheduled_at: hours(10) });
    expect(await edit(media.body.id, { media: [jpeg] })).toMatchObject(duplicateOf(made));
    const time = await create(made.body, {}, { scheduled_at: hours(48) });
    expect(await edit(time.body.id, { post: { scheduled_at: hours(12) } })).toMatchObject(duplicateOf(made));
  });

  it('let a duplicate that was meant be edited in what does not make it one', async () => {
    const made = await first({ scheduled_at: hours(10) });
    const again = await create(made.body, { allow_duplicate: true }, { scheduled_at: hours(11) });
    expect((await edit(again.body.id, { metadata: { a: 1 } })).status).toBe(200);
    expect((await edit(again.body.id, { post: { scheduled_at: hours(12) } })).status).toBe(409);
  });

  it('publish one of two equal drafts at the same instant', async () => {
    const body = randomUUID();
    const drafts = await Promise.all([1, 2, 3, 4].map(() => create(body, {}, { draft: true })));
    const answers = await Promise.all(drafts.map((draft) => publish(draft.body.id)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
  });

  it('do not keep a failed post from being retried', async () => {
    const failed = await first();
    await api.query("UPDATE platform_post SET status = 'failed', step = 'done', due_at = NULL WHERE post_id = $1", [failed.id]);
    expect((await create(failed.body)).status).toBe(201);
    expect((await posts.call('POST', `/api/posts/${failed.id}/retry`, {})).status).toBe(200);
  });
});

describe('POST /api/posts/validate', () => {
  it('names a duplicate among the violations, and not where it is allowed', async () => {
    const made = await first();
    expect(await validate(made.body)).toMatchObject({ status: 200, body: { valid: false, violations: [{ rule: 'post.duplicate', path: 'post', actual: made.id, fix: expect.stringContaining('allow_duplicate') }] } });
    expect(await validate(made.body, { allow_duplicate: true })).toMatchObject({ body: { valid: true, violations: [], warnings: [] } });
  });

  it('warns of the same caption with other media and of the same media with a similar caption, as creating does', async () => {
    const made = await first();
    expect((await validate(made.body, { media: [other] })).body).toMatchObject({ valid: true, warnings: [near('post.body', made)] });
    expect((await validate(`${made.body}!!`)).body).toMatchObject({ valid: true, warnings: [near('media', made)] });
    expect((await create(made.body, { media: [other] })).body.warnings).toEqual([near('post.body', made)]);
    expect((await create(`${made.body}!!`)).body.warnings).toEqual([near('media', made)]);
    expect((await validate(`Quite other words, of something else: ${randomUUID()}`)).body.warnings).toEqual([]);
  });

  it('says nothing of posts without words, of drafts, and of posts that are far away', async () => {
    await create('', { media: [other] });
    const alone = host.serve(`/${randomUUID()}.jpg`, await makeJpeg({ width: 700, height: 700 }), 'image/jpeg');
    expect((await validate('', { media: [alone] })).body.warnings).toEqual([]);
    const draft = await first({ draft: true });
    const far = await first({ scheduled_at: hours(100) });
    for (const { body } of [draft, far]) expect((await validate(body, { media: [other] })).body.warnings).toEqual([]);
  });
});

describe('DUPLICATE_WINDOW_HOURS=0', () => {
  it('switches the guard off', async () => {
    const lax = await LiveApi.start(10, null, { DUPLICATE_WINDOW_HOURS: '0' });
    const client = new PostsClient(lax);
    const wish = { profiles: ['instagram'], post: { body: 'Again' }, media: [jpeg] };
    const answers = [await client.call('POST', '/api/posts', wish), await client.call('POST', '/api/posts', wish)].map(({ status, body }) => [status, body.warnings]);
    await lax.close();
    expect(answers).toEqual([[201, []], [201, []]]);
  });
});

describe('the same post again in a queue', () => {
  /** Two slots a day, the first so many days ahead: no other post of a week is near them. */
  async function makeQueue(daysAhead: number): Promise<string> {
    const day = new Date(Date.now() + daysAhead * 86_400_000).getUTCDay();
    const made = await posts.call('POST', '/api/post_queues', { post_queue: { name: randomUUID(), queue_timeslots_attributes: [{ day, time: '11:00' }, { day, time: '13:00' }] } });
    expect(made.status).toBe(201);
    return made.body.id;
  }

  it('is refused by the slots that the two have, however far ahead, also of twenty at once', async () => {
    const queue = await makeQueue(3);
    const body = `Queued ${randomUUID()}`;
    const answers = await Promise.all(Array.from({ length: 20 }, () => create(body, { queue_id: queue })));
    const made = answers.filter(({ status }) => status === 201);
    expect(made).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
    expect(await countOf(body)).toBe(1);
    const draft = await create(body, { queue_id: queue }, { draft: true });
    expect(await posts.call('POST', `/api/posts/${draft.body.id}/publish`, {})).toMatchObject(duplicateOf({ id: made[0]?.body.id ?? '' }));
    expect(await create(`${body}!`, { queue_id: queue })).toMatchObject({ status: 201, body: { warnings: [near('media', { id: made[0]?.body.id ?? '' })] } });
  });

  it('goes through where its slot is days away from the other', async () => {
    const made = await first();
    expect(await create(made.body, { queue_id: await makeQueue(3) })).toMatchObject({ status: 201, body: { status: 'scheduled' } });
    expect(await create(made.body)).toMatchObject(duplicateOf(made));
  });

  it('is refused in a queue that is paused: nobody knows when either goes out', async () => {
    const queue = await makeQueue(3);
    await posts.call('PATCH', `/api/post_queues/${queue}`, { post_queue: { enabled: false } });
    const made = await create(`Paused ${randomUUID()}`, { queue_id: queue });
    expect(made.status).toBe(201);
    expect(await create(made.body.body, { queue_id: queue })).toMatchObject(duplicateOf(made.body));
  });
});
