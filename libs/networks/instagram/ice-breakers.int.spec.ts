import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SystemClock } from '#kernel/clock';
import type { NetworkAccount } from '#networks/port/social-network';
import { TestSandbox } from '#testing/sandbox';
import { createInstagramNetwork, type InstagramNetwork } from './instagram-network.js';

const hours = { question: 'When are you open?', payload: 'HOURS' };
const prices = { question: 'Was kostet ein Kaffee & ein Stück Kuchen? ☕', payload: 'a=1&b=%20' };

describe('ice breakers at the sandbox', () => {
  let sandbox: TestSandbox;
  let network: InstagramNetwork;
  let accounts = 0;

  beforeAll(async () => {
    sandbox = await TestSandbox.start();
    network = createInstagramNetwork({ settings: { graphUrl: sandbox.url, apiVersion: null }, clock: new SystemClock() });
  });
  afterAll(async () => {
    network.onApplicationShutdown();
    await sandbox.close();
  });

  async function newAccount(): Promise<NetworkAccount> {
    const owner = await sandbox.createAccount({ username: `asker_${(accounts += 1)}` });
    return { accountId: owner.user_id, accessToken: owner.access_token };
  }

  /** As another tool sets them. */
  async function setElsewhere({ accessToken }: NetworkAccount, iceBreakers: object): Promise<void> {
    const body = JSON.stringify({ platform: 'instagram', ice_breakers: iceBreakers });
    const answer = await fetch(`${sandbox.url}/me/messenger_profile`, { method: 'POST', headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' }, body });
    expect(answer.status).toBe(200);
  }

  it('are set, replaced and cleared', async () => {
    const account = await newAccount();
    expect(await network.iceBreakers.list(account)).toEqual([]);
    await network.iceBreakers.replace(account, [hours]);
    await network.iceBreakers.replace(account, [prices, hours]);
    expect(await network.iceBreakers.list(account)).toEqual([prices, hours]);
    expect(await sandbox.iceBreakers(account.accountId)).toEqual([{ locale: 'default', call_to_actions: [prices, hours] }]);
    await network.iceBreakers.clear(account);
    expect(await network.iceBreakers.list(account)).toEqual([]);
  });

  it.each([
    ['the old format', [hours, prices]],
    ['the default locale, wherever it stands', [{ locale: 'en_GB', call_to_actions: [prices] }, { locale: 'default', call_to_actions: [hours, prices] }]],
  ])('are read from %s', async (_name, iceBreakers) => {
    const account = await newAccount();
    await setElsewhere(account, iceBreakers);
    expect(await network.iceBreakers.list(account)).toEqual([hours, prices]);
  });

  it('fail by class: too long is refused, too often is a limit, a missing list is malformed', async () => {
    const account = await newAccount();
    await expect(network.iceBreakers.replace(account, [{ question: 'x'.repeat(81), payload: 'x' }])).rejects.toMatchObject({ errorClass: 'rejected', facts: { code: 100 } });
    await sandbox.fault({ path: '/me/messenger_profile', account: account.accountId }, { kind: 'http', status: 200, body: { data: 7 } });
    await expect(network.iceBreakers.list(account)).rejects.toMatchObject({ errorClass: 'retry_later' });
    for (let call = 0; call < 10; call += 1) await network.iceBreakers.list(account);
    await expect(network.iceBreakers.list(account)).rejects.toMatchObject({ errorClass: 'rate_limited', facts: { code: 613 } });
  });
});
