import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everyPermission, generateApiKey } from '#features/accounts/index';
import { ApiDocument, type Operation } from './api-document.js';
import { guardedRoutes, makeWorld, type GuardedRoute, type World } from './guarded-routes.js';
import { LiveApi } from './live-api.js';

type Guarded = Operation & { readonly 'x-permission'?: string };

const operations = ApiDocument.read().operations.filter((operation): operation is Guarded => operation.security !== undefined);
const cases = operations.flatMap((operation) => {
  const route = guardedRoutes[operation.operationId];
  return route ? [{ name: `${operation.method} ${operation.path}`, operation, route }] : [];
});

let api: LiveApi;
let world: World;
let keys: Readonly<Record<'revoked' | 'expired' | 'otherWorkspace' | 'otherGroup', string>>;
let before: Record<string, unknown>;

beforeAll(async () => {
  api = await LiveApi.start(2);
  world = await makeWorld(api);
  keys = {
    revoked: await api.issueKey({ isRevoked: true }),
    expired: await api.issueKey({ expiresAt: new Date(Date.now() - 1000) }),
    otherWorkspace: await api.issueKey({ workspaceId: world.otherWorkspace }),
    otherGroup: await api.issueKey({ groupId: world.otherGroup }),
  };
  before = await rowsOfOurs();
  expect(before).toMatchObject({ post: expect.stringMatching(/^1 /), profile: expect.stringMatching(/^1 /), profile_group: expect.stringMatching(/^1 |^2 /), api_key: expect.stringMatching(/^[1-9]/) });
}, 60_000);
afterAll(() => api?.close());

/** What a stranger must neither see nor change. */
function rowsOfOurs(): Promise<Record<string, unknown>> {
  const ofOurs = "COALESCE(to_jsonb(t)->>'profile_group_id', $2) = $2 AND COALESCE(to_jsonb(t)->>'endpoint_id', $3) = $3";
  return api.rowsOf(`workspace_id = $1 AND ${ofOurs} AND to_jsonb(t)->>'name' IS DISTINCT FROM 'issued'`, [api.workspaceId, api.groupId, world.ids.webhook]);
}

interface Reply {
  readonly status: number;
  readonly text: string;
  /** Without what differs from call to call. */
  readonly body: unknown;
}

async function call({ method, path, operationId }: Guarded, route: GuardedRoute, key: string | null, query = ''): Promise<Reply> {
  const { subject } = route;
  const url = subject ? path.replace(/\{(\w+)\}/g, (_whole, name: string) => world.parts[name] ?? world.ids[subject]) : path;
  const answer = await api.send({
    method, operationId, url: `${url}${query}`,
    headers: { ...(key === null ? {} : { authorization: `Bearer ${key}` }), ...(route.body ? { 'content-type': 'application/json' } : {}) },
    body: route.body ? JSON.stringify(route.body(world)) : null,
  });
  const { request_id: _request, ...body } = JSON.parse(answer.text) as Record<string, unknown>;
  return { status: answer.status, text: answer.text, body };
}

function failure(status: number, code: string, message: string, details?: object): object {
  return { status, body: { status, code, error: message, message, errors: [message], retryable: false, ...(details ? { details } : {}) } };
}
const unknownKey = failure(401, 'invalid_api_key', 'Invalid API key');
const notFound = failure(404, 'not_found', 'Not found');

/** What is ours must not be told to anybody else. */
function expectNothingOfOurs({ text }: Reply): void {
  for (const id of [...Object.values(world.ids), api.workspaceId]) expect(text).not.toContain(id);
}

describe('the table of routes', () => {
  it('has every route that needs a key, and no other', () => {
    expect(Object.keys(guardedRoutes).sort()).toEqual(operations.map(({ operationId }) => operationId).sort());
    expect(operations.length).toBeGreaterThan(15);
  });

  it('says what each route with a path parameter is about', () => {
    for (const { operation, route } of cases) expect(route.subject !== null, operation.path).toBe(operation.path.includes('{'));
  });
});

describe.each(cases)('$name', ({ operation, route }) => {
  const permission = operation['x-permission'] ?? '';

  it.each(['no key', 'a malformed key', 'an unknown key', 'a revoked key', 'an expired key'])('is refused to %s', async (kind) => {
    const key = { 'no key': null, 'a malformed key': 'hg_nonsense', 'an unknown key': generateApiKey(), 'a revoked key': keys.revoked, 'an expired key': keys.expired }[kind] ?? null;
    expect(await call(operation, route, key)).toMatchObject(unknownKey);
  });

  it('is refused to a key without its permission, and says which', async () => {
    const narrow = await api.issueKey({ permissions: everyPermission.filter((each) => each !== permission) });
    expect(await call(operation, route, narrow)).toMatchObject(failure(403, 'permission_denied', 'Your API key has no such permission', { permission }));
  });

  it('shows a key of another workspace nothing of ours', async () => {
    const answer = await call(operation, route, keys.otherWorkspace);
    if (route.subject) expect(answer).toMatchObject(route.subject === 'group' && operation.operationId === 'initializeConnection' ? groupNotFound : notFound);
    else if (operation.operationId === 'createPost') expect(answer.status).toBe(422);
    else expect(answer.status).toBe(operation.method === 'POST' && operation.operationId !== 'validatePost' ? 201 : 200);
    // These two say back what they were sent.
    if (!['createPost', 'validatePost'].includes(operation.operationId)) expectNothingOfOurs(answer);
    expect(await call(operation, route, keys.otherWorkspace, `?profile_group_id=${api.groupId}`)).toMatchObject(groupNotFound);
  });

  it('shows a key of another group nothing of this one', async () => {
    const answer = await call(operation, route, keys.otherGroup);
    if (route.otherGroup) expect(answer).toMatchObject(failure(422, route.otherGroup, 'Your API key has no such permission'));
    else if (route.subject) expect(answer).toMatchObject(operation.operationId === 'initializeConnection' ? groupNotFound : notFound);
    else if (operation.operationId === 'createPost') expect(answer.status).toBe(422);
    else expect(answer.status).toBe(operation.method === 'POST' && operation.operationId !== 'validatePost' ? 201 : 200);
    for (const id of [world.ids.post, world.ids.key, world.ids.group]) expect(answer.text).not.toContain(id);
    expect(await call(operation, route, keys.otherGroup, `?profile_group_id=${api.groupId}`)).toMatchObject(groupNotFound);
  });
});

const groupNotFound = failure(404, 'not_found', 'Profile group not found');

describe('after all of it', () => {
  it('what is ours is byte for byte what it was', async () => {
    expect(await rowsOfOurs()).toEqual(before);
  });
});
