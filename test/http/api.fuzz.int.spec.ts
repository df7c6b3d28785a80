import 'reflect-metadata';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { generateApiKey } from '#features/accounts/index';
import { LoopbackMediaHost } from '#testing/loopback-media-host';
import { makeJpeg } from '#testing/media/make-image';
import { AnswerCheck } from './answer-check.js';
import { ApiDocument } from './api-document.js';
import { LiveApi } from './live-api.js';
import { requests, type FuzzRequest, type Target } from './request.arbitrary.js';

/** As many connections, each with requests of its own seed. */
const workers = 8;
const runsOfEach = 2550;
const otherTexts = 'of the other workspace';

let api: LiveApi;
let host: LoopbackMediaHost;
let target: Target;
let check: AnswerCheck;

beforeAll(async () => {
  [api, host] = await Promise.all([LiveApi.start(workers), LoopbackMediaHost.start()]);
  const jpeg = host.serve('/a.jpg', await makeJpeg({ width: 320, height: 320 }), 'image/jpeg');
  const headers = { authorization: `Bearer ${api.key}`, 'content-type': 'application/json' };
  const ids: string[] = [];
  for (let number = 0; number < 20; number += 1) {
    const body = JSON.stringify({ post: { body: `of the caller, ${number}`, draft: number % 2 === 0, scheduled_at: '2098-01-01T00:00:00Z' }, profiles: ['instagram'], media: [jpeg] });
    const made = await api.send({ method: 'POST', operationId: 'createPost', url: '/api/posts', headers, body });
    expect(made.status, made.text).toBe(201);
    ids.push((JSON.parse(made.text) as { id: string }).id);
  }
  const hook = await api.send({ method: 'POST', operationId: 'createWebhook', url: '/api/webhooks', headers, body: JSON.stringify({ url: 'https://8.8.8.8/hook', events: ['*'] }) });
  expect(hook.status, hook.text).toBe(201);
  ids.push((JSON.parse(hook.text) as { id: string }).id);
  await api.copyWorkspace('ws_of_somebody_else', otherTexts);
  target = {
    document: ApiDocument.read(),
    keys: [api.key, api.key, '', generateApiKey(), 'nonsense'],
    dictionary: {
      id: [...ids, api.profileId, 'post_nobody'],
      cursor: [...ids, 'zzzz'],
      profile_id: [api.profileId],
      profile_group_id: [api.groupId, api.groupId, 'grp_nobody'],
      profiles: [['instagram'], [api.profileId], ['instagram', api.profileId]],
      media: [[jpeg], [jpeg], [jpeg, jpeg], [host.url('/gone.jpg')], ['file:no picture']],
      platforms: ['instagram', { instagram: { format: 'post' } }, { instagram: { format: 'story' } }, { instagram: { first_comment: 'x' } }],
      thread: [[]],
      url: ['https://8.8.8.8/a', 'https://127.0.0.1/a', 'http://8.8.8.8/', 'nothing'],
      events: [['*'], ['post.*', 'comment.created'], ['nothing']],
      scheduled_at: ['2098-12-24T18:00:00+01:00', '2098-12-24', '2098-12-24T18:00'],
    },
  };
  check = new AnswerCheck(target.document);
}, 60_000);

afterAll(async () => {
  await api?.close();
  await host?.stop();
});

describe('twenty thousand requests made from docs/openapi.json', () => {
  it('get documented answers, never a 500, and touch nothing of another workspace', async () => {
    const seed = inject('seed');
    const answered = new Map<string, number>();
    const before = await api.rowsOutside();
    expect(before).toMatchObject({ post: expect.stringMatching(/^20 /), profile: expect.stringMatching(/^1 /) });
    const send = async (request: FuzzRequest): Promise<void> => {
      const answer = await api.send(request);
      const outcome = `${request.operationId ?? 'none'} ${answer.status}`;
      answered.set(outcome, (answered.get(outcome) ?? 0) + 1);
      const problems = check.problems(request, answer);
      if (answer.text.includes(otherTexts)) problems.push('shows what is of another workspace');
      if (problems.length > 0) throw new Error(`${problems.join('; ')}\n${answer.text.slice(0, 500)}`);
    };
    console.log(`Fuzzing with --sequence.seed=${seed}`);
    const property = fc.asyncProperty(requests(target), send);
    await Promise.all(Array.from({ length: workers }, (_, worker) => fc.assert(property, { seed: seed + worker, numRuns: runsOfEach })));
    expect(await api.rowsOutside()).toEqual(before);
    const total = [...answered.values()].reduce((sum, count) => sum + count, 0);
    expect(total).toBeGreaterThanOrEqual(20_000);
    const reached = new Set([...answered.keys()].filter((outcome) => !outcome.endsWith(' 401')).map((outcome) => outcome.split(' ')[0]));
    expect(target.document.operations.filter(({ operationId }) => !reached.has(operationId))).toEqual([]);
  }, 400_000);
});
