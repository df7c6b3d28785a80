import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateApiKey } from '#features/accounts/index';
import { LoopbackMediaHost, redirect } from '#testing/loopback-media-host';
import { makeJpeg, makePng } from '#testing/media/make-image';
import { makeMp4 } from '#testing/media/make-video';
import type { ErrorView, PostView } from './platform/api-client.js';
import { Platform } from './platform/platform.js';

describe('the REST API', () => {
  let platform: Platform;
  let host: LoopbackMediaHost;
  let jpeg: string;

  beforeAll(async () => {
    [platform, host] = await Promise.all([Platform.start(), LoopbackMediaHost.start()]);
    jpeg = host.serve('/a.jpg', await makeJpeg({ width: 640, height: 640 }), 'image/jpeg');
  }, 120_000);

  afterAll(async () => {
    await platform?.close();
    await host?.stop();
  });

  const draft = async (body: string): Promise<PostView> => (await platform.api.createPost({ post: { body, draft: true }, media: [jpeg] })).body;
  const nothingStored = async (body: string): Promise<void> => {
    const found = await platform.api.call<{ total: number }>('GET', `/api/posts?q=${encodeURIComponent(body)}`);
    expect(found.body.total).toBe(0);
  };

  describe('keys', () => {
    it.each([
      ['none', {}],
      ['malformed', { authorization: 'Bearer nonsense' }],
      ['unknown', { authorization: `Bearer ${generateApiKey()}` }],
      ['of another scheme', { authorization: 'Basic aGc6eA==' }],
    ])('answers the same 401 for a key that is %s', async (_name, headers) => {
      const response = await fetch(`${platform.api.url}/api/posts`, { headers });
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ status: 401, error: 'Invalid API key', code: 'invalid_api_key', retryable: false });
    });

    it('takes the key as X-API-Key too', async () => {
      const response = await fetch(`${platform.api.url}/api/profiles/`, { headers: { 'x-api-key': platform.api.key } });
      expect(response.status).toBe(200);
    });

    it('echoes a sane request id and replaces another', async () => {
      expect((await platform.api.call('GET', '/api/posts', undefined, { 'x-request-id': 'my-request-0001' })).headers.get('x-request-id')).toBe('my-request-0001');
      const odd = await platform.api.call('GET', '/api/posts/none', undefined, { 'x-request-id': 'bad id' });
      expect(odd.headers.get('x-request-id')).toMatch(/^req_/);
      expect(odd.body.request_id).toBe(odd.headers.get('x-request-id'));
    });
  });

  describe('bad input', () => {
    it.each<[string, object, number, string]>([
      ['no profiles', { post: { body: 'bad' }, profiles: undefined }, 400, 'param is missing or the value is empty: profiles'],
      ['no post', { post: undefined }, 400, 'param is missing or the value is empty: post'],
      ['an empty list of profiles', { post: { body: 'bad' }, profiles: [] }, 422, 'Post profiles must have at least one profile selected'],
      ['an unknown profile', { post: { body: 'bad' }, profiles: ['prof_nobody'] }, 422, 'Profile not found for prof_nobody'],
      ['no media', { post: { body: 'bad' } }, 422, 'Media is required for feed post on Instagram'],
      ['no media for a story', { post: { body: '' }, platforms: { instagram: { format: 'story' } } }, 422, 'Media is required for story on Instagram'],
      ['an unknown key', { post: { body: 'bad' }, colour: 'red' }, 422, 'Unknown parameter: colour'],
      ['a key unknown inside post', { post: { body: 'bad', title: 'x' } }, 422, 'Unknown parameter: post.title'],
      ['an unknown platform param', { post: { body: 'bad' }, platforms: { instagram: { filter: 'sepia' } } }, 422, 'Invalid platform params for instagram: filter. Allowed:'],
      ['platforms of a wrong type', { post: { body: 'bad' }, platforms: 'x' }, 422, 'platforms must be an object'],
      ['a wrong time', { post: { body: 'bad', scheduled_at: 'tomorrow' } }, 422, 'post.scheduled_at must be an ISO 8601 date and time'],
      ['a body of a wrong type', { post: { body: { a: 1 } } }, 422, 'post.body must be a string'],
      ['a thread', { post: { body: 'bad' }, thread: [{ body: 'x' }] }, 422, 'Threads are not supported'],
      ['media that is no URL', { post: { body: 'bad' }, media: ['picture'] }, 422, 'each media must be a URL, a base64 data URI, the key of an upload, or a file'],
      ['a week for a time', { post: { body: 'bad', scheduled_at: '2027-W05' } }, 422, 'post.scheduled_at must be an ISO 8601 date and time'],
      ['a time without separators', { post: { body: 'bad', scheduled_at: '20271224T180000Z' } }, 422, 'post.scheduled_at must be an ISO 8601 date and time'],
      ['a day that does not exist', { post: { body: 'bad', scheduled_at: '2027-02-30T10:00:00Z' } }, 422, 'post.scheduled_at must be an ISO 8601 date and time'],
      ['a year that cannot be stored', { post: { body: 'bad', scheduled_at: '0000-01-01T00:00:00Z' } }, 422, 'post.scheduled_at must be an ISO 8601 date and time'],
      ['NUL in the text', { post: { body: 'bad\u0000' } }, 400, 'cannot be stored'],
      ['half a surrogate pair in metadata', { post: { body: 'bad' }, metadata: { a: '\ud800' } }, 400, 'cannot be stored'],
      ['metadata nested too deeply', { post: { body: 'bad' }, metadata: JSON.parse(`${'{"a":'.repeat(40)}1${'}'.repeat(40)}`) as object }, 400, 'nested deeper'],
      ['an empty group', { post: { body: 'bad' }, profile_group_id: '' }, 422, 'profile_group_id should not be empty'],
      ['too much metadata', { post: { body: 'bad' }, metadata: { text: 'x'.repeat(5000) } }, 422, 'metadata must be at most 4096 bytes as JSON'],
    ])('is refused with a sentence: %s', async (_name, body, status, sentence) => {
      const answer = await platform.api.call<ErrorView>('POST', '/api/posts', { profiles: ['instagram'], ...body });
      expect(answer.status, JSON.stringify(answer.body)).toBe(status);
      expect(answer.body.errors.join('\n')).toContain(sentence);
      expect(answer.body).toMatchObject({ status, retryable: false, message: answer.body.error });
    });

    it.each<[string, string, string, Record<string, string>, number, string]>([
      ['JSON that ends early', 'POST', '{"post":', {}, 400, 'malformed_request'],
      ['a JSON list', 'POST', '[{"post":{"body":"x"},"profiles":["instagram"]}]', {}, 400, 'malformed_request'],
      ['a JSON text', 'POST', '"x"', {}, 400, 'malformed_request'],
      ['JSON null', 'POST', 'null', {}, 400, 'malformed_request'],
      ['a type nobody reads', 'POST', '<post/>', { 'content-type': 'application/xml' }, 415, 'unsupported_content_type'],
      ['a body of two megabytes', 'POST', JSON.stringify({ post: { body: 'x'.repeat(2_000_000) } }), {}, 413, 'body_too_large'],
      ['multipart without boundary', 'POST', 'x', { 'content-type': 'multipart/form-data' }, 400, 'malformed_request'],
      ['multipart that ends early', 'POST', '--b\r\ncontent-disposition: form-data; name="post[body]"\r\n\r\nhal', { 'content-type': 'multipart/form-data; boundary=b' }, 400, 'malformed_request'],
    ])('gets a typed answer: %s', async (_name, method, body, headers, status, code) => {
      const answer = await platform.api.call(method, '/api/posts', body, headers);
      expect(answer.status, JSON.stringify(answer.body)).toBe(status);
      expect(answer.body.code).toBe(code);
    });

    it.each(['metadata', 'post', 'platforms[instagram][cover_url]', 'profiles[]'])('refuses a file in %s', async (name) => {
      const answer = await platform.api.uploadPost([['post[body]', 'x'], [name, { bytes: Buffer.from('{}'), filename: 'a.json' }]]);
      expect(answer).toMatchObject({ status: 422, body: { code: 'validation_failed', errors: [`A file is not accepted in ${name}; files go into media[], a cover into platforms[…][cover_file]`] } });
    });

    it('keeps metadata as it came, whatever its keys are', async () => {
      const metadata = { toString: 1, valueOf: { a: [1] }, ok: 'yes' };
      expect((await platform.api.createPost({ post: { body: 'keys', draft: true }, media: [jpeg], metadata })).body.metadata).toEqual(metadata);
    });

    it('answers headers of twenty kilobytes and bytes that are no HTTP in the one error body', async () => {
      const { port } = new URL(platform.api.url);
      for (const [bytes, status] of [[`GET /health HTTP/1.1\r\nhost: a\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`, 413], ['nonsense\r\n\r\n', 400]] as const) {
        const answer = await new Promise<string>((resolve) => {
          let text = '';
          const socket = connect(Number(port), '127.0.0.1', () => socket.write(bytes));
          socket.on('data', (chunk: Buffer) => (text += chunk.toString())).on('error', () => undefined).on('close', () => resolve(text));
        });
        expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} [^]*x-request-id: req_[^]*"code":"(body_too_large|malformed_request)"[^]*"request_id":"req_`));
      }
    });

    it('refuses a form whose texts are too large, before it keeps them', async () => {
      const form = Array.from({ length: 30 }, (_, index) => [`metadata[${index}]`, ' '.repeat(60_000)] as const);
      expect(await platform.api.uploadPost(form)).toMatchObject({ status: 413, body: { code: 'body_too_large' } });
      expect(await platform.api.uploadPost([['post[body]', 'x'.repeat(70_000)]])).toMatchObject({ status: 413 });
    });

    it.each(['2098-12-24T18:00:00+02', '2098-12-24T18:00:00,5Z', '2098-12-24T18:00:00+0200', '2098-12-24', '2098-12-24T18:00'])('takes the time %s', async (scheduled_at) => {
      const { status, body } = await platform.api.createPost({ post: { body: 'timed', draft: true, scheduled_at }, media: [jpeg] });
      expect(status, JSON.stringify(body)).toBe(201);
      expect(body.scheduled_at).toMatch(/^2098-12-24T\d{2}:00:00\.[05]00Z$/);
    });

    it('takes null for what is not given', async () => {
      const { status, body } = await platform.api.createPost({ post: { body: null, scheduled_at: null, draft: true }, media: [jpeg], platforms: null, metadata: null, profile_group_id: null });
      expect(status, JSON.stringify(body)).toBe(201);
      expect(body).toMatchObject({ body: '', scheduled_at: null, metadata: null });
    });

    it('refuses media that cannot be published before anything is stored', async () => {
      const short = host.serve('/short.mp4', await makeMp4({ seconds: 1, width: 320, height: 568 }), 'video/mp4');
      const reel = await platform.api.call<ErrorView>('POST', '/api/posts', { post: { body: 'never stored' }, profiles: ['instagram'], media: [short], platforms: { instagram: { format: 'reel' } } });
      expect(reel.status, JSON.stringify(reel.body)).toBe(422);
      expect(reel.body.details?.violations?.[0]).toMatchObject({ rule: 'instagram.reel.duration_min', path: 'media[0]' });
      const page = host.serve('/page.jpg', '<html>not a picture</html>', 'image/jpeg');
      expect((await platform.api.call('POST', '/api/posts', { post: { body: 'never stored' }, profiles: ['instagram'], media: [page] })).body.code).toBe('media_unreadable');
      expect((await platform.api.call('POST', '/api/posts', { post: { body: 'never stored' }, profiles: ['instagram'], media: [host.url('/nothing.jpg')] })).body.code).toBe('media_unreachable');
      const away = host.on('/away.jpg', redirect('http://169.254.169.254/latest/meta-data'));
      expect((await platform.api.call('POST', '/api/posts', { post: { body: 'never stored' }, profiles: ['instagram'], media: [away] })).body.code).toBe('egress_refused');
      await nothingStored('never stored');
    });

    it('warns of what only the documentation of Instagram refuses, and of what was repaired', async () => {
      const wide = host.serve('/wide.png', await makePng({ width: 1200, height: 300 }), 'image/png');
      const { status, body } = await platform.api.createPost({ post: { body: 'wide', draft: true }, media: [wide] });
      expect(status, JSON.stringify(body)).toBe(201);
      expect(body.warnings?.map((warning) => warning.path)).toEqual(['media[0]', 'media[0]']);
      expect(body.warnings?.map((warning) => warning.message).join(' ')).toMatch(/JPEG.*1\.91/s);
    });

    it.each(['/api/posts/..%2f..%2fetc', '/api/posts/%00', '/api/posts/a%20b', '/media/x.jpg?signature=1', '/api/nothing', '/api/posts?limit=0', '/api/posts?page=-1', '/api/posts?cursor=%27', '/api/posts?status=gone', '/api/posts?unknown=1', '/api/posts?profile_group_id=grp_none', '/api/posts?profile_group_id=', '/api/posts?profile_group_id=%00', '/api/posts?q=%00', '/api/posts?scheduled_after=2027-W05', `/api/posts/${'a'.repeat(300)}`, `/api/posts/${'a'.repeat(600)}`, '/%ff'])(
      'never answers 5xx: GET %s',
      async (path) => {
        const answer = await platform.api.call('GET', path);
        expect(answer.status, JSON.stringify(answer.body)).toBeGreaterThanOrEqual(400);
        expect(answer.status).toBeLessThan(500);
        expect(answer.body.code).toBeTruthy();
      },
    );
  });

  describe('posts', () => {
    it('come back as they were made, drafts unpublished, metadata echoed', async () => {
      const created = await platform.api.createPost({ post: { body: 'Draft 🎈', draft: true }, media: [jpeg], metadata: { campaign: 7 } });
      expect(created.body).toMatchObject({ body: 'Draft 🎈', status: 'draft', draft: true, metadata: { campaign: 7 }, thread: [], queue_id: null });
      const { warnings, ...post } = created.body;
      expect(warnings).toEqual([]);
      expect(await platform.api.getPost(created.body.id)).toEqual({ ...post, media: [expect.objectContaining({ id: created.body.media[0]?.id })] });
    });

    it('list newest first by page with a total, and by cursor without one', async () => {
      const marker = `list-${Math.random().toString(36).slice(2)}`;
      const ids: string[] = [];
      for (let index = 0; index < 5; index += 1) ids.unshift((await draft(`${marker} ${index}`)).id);
      const page = await platform.api.call<{ total: number; page: number; per_page: number; data: PostView[] }>('GET', `/api/posts?q=${marker}&page=1&per_page=2`);
      expect(page.body).toMatchObject({ total: 5, page: 1, per_page: 2 });
      expect(page.body.data.map((post) => post.id)).toEqual(ids.slice(2, 4));
      const seen: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const next: { body: { data: PostView[]; next_cursor: string | null } } = await platform.api.call('GET', `/api/posts?q=${marker}&limit=2${cursor && `&cursor=${cursor}`}`);
        seen.push(...next.body.data.map((post) => post.id));
        cursor = next.body.next_cursor;
      }
      expect(seen).toEqual(ids);
    });

    it('are found by each filter and by all of them together', async () => {
      const marker = `100%_${Math.random().toString(36).slice(2)}`;
      const draftId = (await draft(`${marker} draft`)).id;
      const later = await platform.api.createPost({ post: { body: `${marker} later`, scheduled_at: '2098-05-01T10:00:00Z' }, media: [jpeg] });
      const profiles = await platform.api.call<{ data: { id: string }[] }>('GET', '/api/profiles');
      const find = async (query: string): Promise<string[]> => {
        const found = await platform.api.call<{ data: PostView[]; total: number }>('GET', `/api/posts?q=${encodeURIComponent(marker)}&${query}`);
        expect(found.body.total, JSON.stringify(found.body)).toBe(found.body.data.length);
        return found.body.data.map((post) => post.id);
      };
      expect(await find('status=draft')).toEqual([draftId]);
      expect(await find('status=scheduled')).toEqual([later.body.id]);
      expect(await find('status=published')).toEqual([]);
      expect(await find('status=failed')).toEqual([]);
      expect(await find('scheduled_after=2098-05-01T09:59:59Z&scheduled_before=2098-05-01T12:00:00%2B02:00')).toEqual([later.body.id]);
      expect(await find('scheduled_after=2098-05-01T10:00:01')).toEqual([]);
      expect(await find('source=heliograph')).toHaveLength(2);
      expect(await find('source=imported')).toEqual([]);
      expect(await find(`profile_id=${profiles.body.data[0]?.id}&platforms=instagram&status=draft`)).toEqual([draftId]);
      expect(await find('profile_id=prof_nobody')).toEqual([]);
    });

    it('belong to the group that the body names', async () => {
      const groups = await platform.api.call<{ data: { id: string }[] }>('GET', '/api/profile_groups');
      const own = await platform.api.createPost({ post: { body: 'mine', draft: true }, media: [jpeg], profile_group_id: groups.body.data[0]?.id });
      expect(own.status).toBe(201);
      expect((await platform.api.createPost({ post: { body: 'theirs', draft: true }, media: [jpeg], profile_group_id: 'grp_of_others' })).status).toBe(404);
    });

    it('are filtered by platforms in both spellings', async () => {
      await draft('filtered');
      for (const query of ['platforms=instagram,other', 'platforms[]=instagram&platforms[]=other']) {
        expect((await platform.api.call<{ total: number }>('GET', `/api/posts?${query}`)).body.total, query).toBeGreaterThan(0);
      }
      expect((await platform.api.call<{ total: number }>('GET', '/api/posts?platforms=other')).body.total).toBe(0);
    });

    it('can be deleted while nothing is published, and are gone then', async () => {
      const { id } = await draft('to delete');
      expect((await platform.api.call('DELETE', `/api/posts/${id}?delete_on_platform=true`)).body.errors).toEqual(['No profiles eligible for deletion: platform deletion is not supported for instagram']);
      expect((await platform.api.call<object>('DELETE', `/api/posts/${id}`)).body).toEqual({ deleted: true });
      expect((await platform.api.call('GET', `/api/posts/${id}`)).status).toBe(404);
      expect((await platform.api.call('DELETE', `/api/posts/${id}`)).status).toBe(404);
    });

    it('cannot be deleted while they are being published', async () => {
      await platform.sandbox.fault({ method: 'POST', path: '/*/media' }, { kind: 'delay', ms: 1_500 });
      const { body } = await platform.api.createPost({ post: { body: 'busy' }, media: [jpeg] });
      await platform.api.waitForPost(body.id, (post) => post.status === 'processing');
      expect(await platform.api.call('DELETE', `/api/posts/${body.id}`)).toMatchObject({ status: 409, body: { code: 'state_conflict' } });
      expect((await platform.api.waitUntilProcessed(body.id)).platforms[0]?.status).toBe('published');
    });
  });

  describe('the system routes', () => {
    it('say that all is well, and what is missing when the worker is gone', async () => {
      await expect.poll(async () => (await platform.api.call<{ status: string }>('GET', '/ready')).body.status, { timeout: 15_000 }).toBe('ok');
      expect((await platform.api.call<object>('GET', '/health')).body).toEqual({ status: 'ok' });
      expect((await platform.api.call<string>('GET', '/metrics')).body).toContain('heliograph_http_request_seconds_bucket');
      expect((await platform.api.call<{ version: string }>('GET', '/build')).body.version).toMatch(/^\d+\.\d+\.\d+/);
      expect((await platform.api.call<{ dependencies: object }>('GET', '/deps')).body.dependencies).toHaveProperty('bullmq');
      expect((await platform.api.call<{ openapi: string }>('GET', '/openapi.json')).body.openapi).toMatch(/^3\./);
      expect((await platform.api.call<string>('GET', '/docs')).body).toContain('swagger-ui');
    });
  });
});
