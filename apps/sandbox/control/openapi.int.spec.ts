import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../server.js';
import { ControlClient } from '../testing/control-client.fixture.js';
import type { Answer, GraphClient } from '../testing/graph-client.fixture.js';
import { resolved, violations } from '../testing/json-schema.fixture.js';
import { jpeg, type MediaHost, startMediaHost } from '../testing/media-host.fixture.js';
import { CONTROL_ROUTES } from './control.routes.js';

interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  parameters?: { name: string; in: string; required: boolean; schema: object }[];
  requestBody?: { required: boolean; content: Record<string, { schema: Record<string, unknown> }> };
  responses: Record<string, { description: string; content: Record<string, { schema: object }> }>;
}

interface Document {
  openapi: string;
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
}

describe('OpenAPI of the control door', () => {
  let sandbox: Sandbox;
  let control: ControlClient;
  let host: MediaHost;
  let me: GraphClient;
  let media: string;
  let document: Document;

  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0 });
    control = new ControlClient(sandbox.url);
    host = await startMediaHost();
    document = (await control.get('/openapi.json')).body as Document;
    me = await control.account();
    const photo = host.put(await jpeg(), 'image/jpeg');
    media = await me.publishNow({ image_url: photo, caption: 'One', user_tags: [{ username: 'someone', x: 0.5, y: 0.5 }] });
    const items = await Promise.all([1, 2].map(async () => (await me.create({ image_url: photo, is_carousel_item: true })).text('id')));
    for (const item of items) await me.settled(item);
    await me.publishNow({ media_type: 'CAROUSEL', children: items.join(',') });
    await me.post(`/${media}/comments`, { message: 'Own' });
    await me.get('/me', { fields: 'shoe_size' });
  });
  afterAll(async () => {
    await sandbox.close();
    await host.close();
  });

  function operations(): [string, string, Operation][] {
    return Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]): [string, string, Operation] => [method.toUpperCase(), path, operation]));
  }

  it('has every route, and nothing else', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(operations().map(([method, path]) => `${method} ${path}`).sort()).toEqual(CONTROL_ROUTES.map(({ method, path }) => `${method} ${path}`).sort());
  });

  it('is well-formed: names are unique, tags are known, path parameters are declared, references lead somewhere', () => {
    const ids = operations().map(([, , { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [method, path, operation] of operations()) {
      const declared = (operation.parameters ?? []).filter(({ in: place, required }) => place === 'path' && required).map(({ name }) => name);
      expect(declared, `${method} ${path}`).toEqual([...path.matchAll(/\{(\w+)\}/gu)].map((match) => match[1]));
      expect(document.tags.map(({ name }) => name)).toEqual(expect.arrayContaining(operation.tags));
      expect(operation.summary).toMatch(/^[A-Z].*\.$/u);
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining([method === 'POST' ? expect.stringMatching(/^20[01]$/u) : '200', '400', '403']));
    }
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/gu)].map((match) => match[1]);
    expect(references.length).toBeGreaterThan(20);
    for (const reference of references) expect(() => resolved({ $ref: reference }, document)).not.toThrow();
  });

  it('demands a body where a field is required', () => {
    const bodies = Object.fromEntries(operations().flatMap(([, , { operationId, requestBody }]) => (requestBody ? [[operationId, requestBody.required]] : [])));
    expect(bodies).toMatchObject({ createAccount: true, addFault: true, advanceClock: true, writeComment: true, changeSettings: false, saveApp: false });
  });

  /** One call of each, in an order in which each succeeds. */
  const CALLS: [string, () => Promise<Answer>][] = [
    ['getHealth', () => control.get('/health')],
    ['createAccount', () => control.post('/accounts', { username: 'open.api', account_type: 'media_creator', name: 'Open', followers_count: 1, follows_count: 2, quota_total: 3 })],
    ['listAccounts', () => control.get('/accounts')],
    ['getAccount', () => control.get('/accounts/open.api')],
    ['changeSettings', () => control.post('/accounts/open.api/settings', { throttle: { code: 17, minutes: 3 }, permissions: ['instagram_business_basic'], calls_per_day: 10, locale: 'de_DE' })],
    ['writeComment', () => control.post(`/accounts/${me.userId}/comments`, { media_id: media, username: 'a.fan', text: 'Lovely' })],
    ['getLedger', () => control.ledger(me)],
    ['revokeAccess', () => control.post('/accounts/open.api/revoke')],
    ['saveApp', () => control.post('/apps', { name: 'Mine', redirect_uris: ['https://app.example/back'], calls_per_hour: 5 })],
    ['listApps', () => control.get('/apps')],
    ['addFault', () => control.post('/faults', { match: { path: '/*/media' }, fault: { kind: 'error', preset: 'status/2207082' } })],
    ['listFaults', () => control.get('/faults')],
    ['removeFault', async () => control.delete(`/faults/${(await control.get('/faults')).text('data', 0, 'id')}`)],
    ['clearFaults', () => control.delete('/faults')],
    ['getClock', () => control.get('/clock')],
    ['advanceClock', () => control.post('/clock', { advance_ms: 1 })],
    ['listRequests', () => control.get(`/requests?limit=1000&account=${me.username}`)],
    ['getOpenApi', () => control.get('/openapi.json')],
    ['reset', () => control.post('/reset')],
  ];

  it('describes every answer of a run', async () => {
    const byId = new Map(operations().map(([, , operation]) => [operation.operationId, operation]));
    for (const [id, call] of CALLS) {
      const answer = await call();
      const schema = byId.get(id)?.responses[String(answer.status)]?.content['application/json']?.schema;
      expect([id, answer.status < 300, violations(schema ?? false, answer.body, document)]).toEqual([id, true, []]);
    }
    expect(CALLS.map(([id]) => id).sort()).toEqual([...byId.keys()].sort());
  });
});
