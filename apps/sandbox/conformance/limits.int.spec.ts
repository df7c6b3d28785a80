import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../server.js';
import { ControlClient } from '../testing/control-client.fixture.js';
import type { Answer, GraphClient } from '../testing/graph-client.fixture.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface Usage {
  call_count: number;
  total_time: number;
  total_cputime: number;
}

interface BusinessUsage extends Usage {
  type: string;
  estimated_time_to_regain_access: number;
}

function appUsage(answer: Answer): Usage | null {
  return JSON.parse(answer.headers.get('x-app-usage') ?? 'null') as Usage | null;
}

/** The one row for the one account. */
function businessUsage(answer: Answer, me: GraphClient): BusinessUsage | null {
  const header = JSON.parse(answer.headers.get('x-business-use-case-usage') ?? 'null') as Record<string, BusinessUsage[]> | null;
  if (header === null) return null;
  expect(Object.keys(header)).toEqual([me.userId]);
  expect(header[me.userId]).toHaveLength(1);
  return header[me.userId]?.[0] ?? null;
}

describe('Rate limits (§3)', () => {
  let sandbox: Sandbox;
  let control: ControlClient;
  let clientId: string;

  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0 });
    control = new ControlClient(sandbox.url);
    clientId = (await control.get('/apps')).text('data', 0, 'client_id');
  });
  afterAll(() => sandbox.close());

  async function calls(me: GraphClient, count: number): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (let call = 0; call < count; call += 1) answers.push(await me.get('/me'));
    return answers;
  }

  it('§3 no header before enough calls', async () => {
    await control.post('/reset');
    const me = await control.account();
    const answers = await calls(me, 10);
    expect(answers.map((answer) => businessUsage(answer, me)?.call_count ?? null)).toEqual([...Array<null>(9).fill(null), 0]);
    expect(answers.map((answer) => appUsage(answer)?.call_count ?? null)).toEqual([...Array<null>(9).fill(null), 0]);
  });

  it('§3 X-Business-Use-Case-Usage rises with each call to 100 %, then 80002 with the minutes to wait', async () => {
    const me = await control.account({}, { calls_per_day: 100 });
    const answers = await calls(me, 100);
    expect(answers.map(({ outcome }) => outcome)).toEqual(Array<string>(100).fill('ok'));
    expect(answers.map((answer) => businessUsage(answer, me)?.call_count)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    expect(answers.slice(0, 99).map((answer) => businessUsage(answer, me)?.estimated_time_to_regain_access)).toEqual(Array<number>(99).fill(0));
    const refused = await me.get('/me');
    expect([refused.status, refused.outcome]).toEqual([400, '80002']);
    expect(businessUsage(refused, me)).toEqual({ type: 'instagram', call_count: 101, total_cputime: expect.any(Number), total_time: expect.any(Number), estimated_time_to_regain_access: expect.any(Number) });
    const minutes = businessUsage(refused, me)?.estimated_time_to_regain_access ?? 0;
    expect(minutes).toBeGreaterThan(24 * 60 - 6);
    expect(minutes).toBeLessThanOrEqual(24 * 60);
  });

  it('§3 works again after the minutes to wait, and not before', async () => {
    const me = await control.account({}, { calls_per_day: 10 });
    await calls(me, 10);
    const minutes = businessUsage(await me.get('/me'), me)?.estimated_time_to_regain_access ?? 0;
    await control.advance((minutes - 10) * MINUTE);
    expect((await me.get('/me')).outcome).toBe('80002');
    const left = businessUsage(await me.get('/me'), me)?.estimated_time_to_regain_access ?? 0;
    expect([left > 0, left <= 10]).toEqual([true, true]);
    await control.advance(left * MINUTE);
    expect((await me.get('/me')).outcome).toBe('ok');
  });

  it('§3 calling while throttled extends the block; keeping quiet does not', async () => {
    const [patient, eager] = [await control.account({}, { calls_per_day: 10 }), await control.account({}, { calls_per_day: 10 })];
    for (const me of [patient, eager]) await calls(me, 10);
    await control.advance(HOUR);
    expect((await calls(eager, 10)).map(({ outcome }) => outcome)).toEqual(Array<string>(10).fill('80002'));
    await control.advance(23 * HOUR);
    expect((await patient.get('/me')).outcome).toBe('ok');
    expect((await eager.get('/me')).outcome).toBe('80002');
    await control.advance(24 * HOUR);
    expect((await eager.get('/me')).outcome).toBe('ok');
  });

  it('§3 the window rolls: calls of yesterday leave one by one', async () => {
    const me = await control.account({}, { calls_per_day: 10 });
    await calls(me, 5);
    await control.advance(12 * HOUR);
    expect(businessUsage((await calls(me, 3)).at(-1) as Answer, me)?.call_count).toBe(80);
    await control.advance(12 * HOUR);
    expect(businessUsage(await me.get('/me'), me)?.call_count).toBe(40);
  });

  it('§3 the limit is per account', async () => {
    const [one, two] = [await control.account({}, { calls_per_day: 2 }), await control.account({}, { calls_per_day: 2 })];
    expect((await calls(one, 3)).map(({ outcome }) => outcome)).toEqual(['ok', 'ok', '80002']);
    expect((await two.get('/me')).outcome).toBe('ok');
  });

  it('§3 refused tokens are not counted', async () => {
    const me = await control.account({}, { calls_per_day: 2, revoked: true });
    expect((await calls(me, 5)).map(({ outcome }) => outcome)).toEqual(Array<string>(5).fill('190/458'));
    await control.post(`/accounts/${me.userId}/settings`, { revoked: false });
    expect((await me.get('/me')).outcome).toBe('ok');
  });

  it('§3 X-App-Usage rises over all accounts of the app, then code 4 until the hour has passed', async () => {
    const [one, two] = [await control.account(), await control.account()];
    await control.advance(HOUR);
    await control.post('/apps', { client_id: clientId, calls_per_hour: 4 });
    const answers = [await one.get('/me'), await two.get('/me'), await one.get('/me'), await two.get('/me')];
    expect(answers.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(answers.map((answer) => appUsage(answer)?.call_count)).toEqual([25, 50, 75, 100]);
    const refused = await one.get('/me');
    expect([refused.status, refused.outcome, appUsage(refused)?.call_count]).toEqual([400, '4', 125]);
    expect(Object.keys(appUsage(refused) ?? {})).toEqual(['call_count', 'total_time', 'total_cputime']);
    const minutes = businessUsage(refused, one)?.estimated_time_to_regain_access ?? 0;
    expect([minutes > 58, minutes <= 60]).toEqual([true, true]);
    await control.advance(HOUR);
    expect((await two.get('/me')).outcome).toBe('ok');
    await control.post('/apps', { client_id: clientId, calls_per_hour: null });
  });

  it.each([4, 17, 32, 613])('§2.4 a throttled account answers %i with X-App-Usage at 100 % until its time is over', async (code) => {
    const me = await control.account({}, { throttle: { code, minutes: 10 } });
    const first = await me.create({ image_url: 'https://example.com/a.jpg' });
    expect([first.status, first.outcome, appUsage(first)?.call_count]).toEqual([400, String(code), 100]);
    expect(businessUsage(first, me)?.estimated_time_to_regain_access).toBe(10);
    await control.advance(4 * MINUTE);
    expect(businessUsage(await me.get('/me'), me)?.estimated_time_to_regain_access).toBe(6);
    await control.advance(6 * MINUTE);
    const after = await me.get('/me');
    expect([after.outcome, appUsage(after)?.call_count ?? 0, businessUsage(after, me)]).toEqual(['ok', 0, null]);
  });

  it('§2.4 a throttled account answers 80002 with X-Business-Use-Case-Usage at 100 %', async () => {
    const me = await control.account({}, { throttle: { code: 80002, minutes: 3 } });
    const answer = await me.get('/me');
    expect([answer.outcome, businessUsage(answer, me), appUsage(answer)?.call_count ?? 0]).toEqual([
      '80002', { type: 'instagram', call_count: 100, total_cputime: 25, total_time: 25, estimated_time_to_regain_access: 3 }, 0,
    ]);
  });

  it('§3 the headers are integers in the documented order', async () => {
    const me = await control.account({}, { calls_per_day: 3 });
    const answer = await me.get('/me');
    expect(answer.headers.get('x-business-use-case-usage')).toBe(`{"${me.userId}":[{"type":"instagram","call_count":33,"total_cputime":8,"total_time":8,"estimated_time_to_regain_access":0}]}`);
  });

  it('§3 the counts begin again at a reset', async () => {
    const limited = async (): Promise<string[]> => {
      await control.post('/apps', { client_id: clientId, calls_per_hour: 2 });
      return (await calls(await control.account(), 3)).map(({ outcome }) => outcome);
    };
    await control.post('/reset');
    expect(await limited()).toEqual(['ok', 'ok', '4']);
    await control.post('/reset');
    expect(await limited()).toEqual(['ok', 'ok', '4']);
  });
});
