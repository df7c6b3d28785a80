import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hours, seconds } from '#kernel/clock';
import type { SandboxAccount } from '#testing/sandbox-api';
import { AccountsFixture, type TestWorkspace } from './accounts.fixture.js';

const app = { id: '990602627938098', secret: '5a6e1f0c94b74d1c8d2f3e4a5b6c7d8e' };

describe('callbacks of the network', () => {
  let fixture: AccountsFixture;
  beforeAll(async () => (fixture = await AccountsFixture.start()));
  afterAll(() => fixture.stop());

  function sign(userId: string, options: { secret?: string; issuedAt?: Date } = {}): string {
    const issued_at = Math.floor((options.issuedAt ?? fixture.clock.now()).getTime() / seconds(1));
    const payload = Buffer.from(JSON.stringify({ algorithm: 'HMAC-SHA256', issued_at, user_id: userId })).toString('base64url');
    return `${createHmac('sha256', options.secret ?? app.secret).update(payload).digest('base64url')}.${payload}`;
  }

  async function send(path: string, signedRequest: string): Promise<{ status: number; body: Record<string, string> }> {
    const response = await fetch(`${fixture.url}/api/${path}`, { method: 'POST', body: new URLSearchParams({ signed_request: signedRequest }) });
    return { status: response.status, body: (await response.json()) as Record<string, string> };
  }

  async function connected(): Promise<{ workspace: TestWorkspace; account: SandboxAccount }> {
    const [workspace, account] = [await fixture.workspace(), await fixture.account()];
    await workspace.connect(account);
    return { workspace, account };
  }

  it('disconnect the profile when the person removes the app, and connecting again heals it', async () => {
    const { workspace, account } = await connected();
    const url = `${fixture.url}/api/instagram/deauthorize`;
    await fixture.sandbox.deauthorizeAt(app.id, url);
    expect(await fixture.sandbox.revoke(account.user_id)).toEqual([url]);
    const { body: { data: [profile] } } = await workspace.profiles();
    expect(profile).toMatchObject({ status: 'expired', expires_at: null });
    expect(await fixture.database.profile.findFirst({ where: { workspaceId: workspace.id } })).toMatchObject({ accessToken: '' });
    expect((await workspace.events()).at(-1)).toMatchObject({ type: 'profile.disconnected', data: { id: profile?.id, status: 'expired' } });
    await workspace.connect(account);
    expect((await workspace.profiles()).body.data).toMatchObject([{ id: profile?.id, status: 'active' }]);
  });

  it('do not end a later connection when they are sent again, and harm nobody else', async () => {
    const { workspace, account } = await connected();
    const other = await connected();
    const old = sign(account.id, { issuedAt: new Date(fixture.clock.now().getTime() - hours(1)) });
    expect(await send('instagram/deauthorize', old)).toEqual({ status: 200, body: { success: true } });
    expect((await workspace.profiles()).body.data).toMatchObject([{ status: 'active' }]);
    await send('instagram/deauthorize', sign(account.id));
    expect((await workspace.profiles()).body.data).toMatchObject([{ status: 'expired' }]);
    expect((await other.workspace.profiles()).body.data).toMatchObject([{ status: 'active' }]);
  });

  it('delete what is known of an account and confirm it where the person can look', async () => {
    const { workspace, account } = await connected();
    const { status, body } = await send('instagram/data_deletion', sign(account.id));
    expect(status).toBe(200);
    expect(body['confirmation_code']).toMatch(/^[0-9a-z]+$/);
    const page = await fetch(body['url'] ?? '');
    expect([page.status, await page.json()]).toMatchObject([200, { status: 'completed', confirmation_code: body['confirmation_code'] }]);
    const kept = JSON.stringify([await fixture.database.profile.findMany({ where: { workspaceId: workspace.id } }), await workspace.events()]);
    for (const fact of [account.username, account.id, account.user_id]) expect(kept).not.toContain(fact);
    // Nor can the audit be asked whether a guess is right.
    const told = await fixture.database.auditEntry.findMany({ where: { workspaceId: workspace.id, action: 'profile.connected' } });
    expect(told).toMatchObject([{ beforeDigest: null, afterDigest: null }]);
    expect((await workspace.profiles()).body.data).toEqual([]);
    expect(await fixture.database.auditEntry.findMany({ where: { workspaceId: workspace.id, action: 'profile.data_deleted' } })).toMatchObject([{ actor: 'network', beforeDigest: null }]);
    expect((await send('instagram/data_deletion', sign(account.id))).status).toBe(200);
    expect((await fetch(`${body['url']?.slice(0, -1) ?? ''}x`)).status).toBe(422);
    expect((await fetch(`${fixture.url}/api/instagram/data_deletion/${'0'.repeat(32)}`)).status).toBe(404);
  });

  it.each(['deauthorize', 'data_deletion'])('change nothing without a signature of ours: %s', async (path) => {
    const { workspace, account } = await connected();
    expect(await send(`instagram/${path}`, sign(account.id, { secret: 'guessed' }))).toMatchObject({ status: 403, body: { code: 'signature_invalid' } });
    expect(await send(`instagram/${path}`, 'nonsense')).toMatchObject({ status: 403 });
    expect(await send(`instagram/${path}`, '')).toMatchObject({ status: 400, body: { code: 'parameter_missing' } });
    expect(await send(`myspace/${path}`, sign(account.id))).toMatchObject({ status: 404 });
    expect((await workspace.profiles()).body.data).toMatchObject([{ status: 'active' }]);
  });
});
