import { randomBytes } from 'node:crypto';
import { expect, vi } from 'vitest';
import { makeJpeg } from '#testing/media/make-image';
import type { PostView } from './api-client.js';
import type { Platform } from './platform.js';

/** Answers to a publishing call that had no effect. After all but the block it is called for once more. */
export const withoutEffect = {
  'a 502 in HTML': { kind: 'http', status: 502, body: '<html>Bad gateway</html>' },
  'a cut connection': { kind: 'reset' },
  'an unknown error': { kind: 'error', preset: '1' },
  blocked: { kind: 'error', preset: '4/2207051' },
} as const;

/** Posts whose containers are watched for 45 s after a publishing call without effect. They wait together, on an account of their own, while the other tests run. */
export class PatientPosts {
  private constructor(private readonly platform: Platform, private readonly userId: string, private readonly ids: ReadonlyMap<string, string>) {}

  static async begin(platform: Platform): Promise<PatientPosts> {
    const { api, sandbox } = platform;
    const { user_id: userId } = await sandbox.createAccount({ username: `patient_${randomBytes(5).toString('hex')}` });
    await sandbox.settings(userId, { processing_ms: 0 });
    const { body: { id: groupId } } = await api.call<{ id: string }>('POST', '/api/profile_groups', { profile_group: { name: 'Patient' } });
    const { body: begun } = await api.call<{ url: string }>('POST', `/api/profile_groups/${groupId}/initialize_connection`, { platform: 'instagram', redirect_url: 'http://localhost:5000/done' });
    await fetch(await sandbox.decide(begun.url, { account: userId }), { redirect: 'manual' });
    const ids = new Map<string, string>();
    const posts = new PatientPosts(platform, userId, ids);
    for (const [name, fault] of Object.entries(withoutEffect)) {
      await sandbox.fault({ method: 'POST', path: '/*/media_publish', account: userId }, fault);
      const file = { bytes: await makeJpeg({ width: 640, height: 640, seed: ids.size }), filename: 'a.jpg' };
      const created = await api.uploadPost([['profile_group_id', groupId], ['profiles[]', 'instagram'], ['post[body]', name], ['media[]', file]]);
      expect(created.status, JSON.stringify(created.body)).toBe(201);
      ids.set(name, created.body.id);
      await vi.waitFor(async () => expect(await posts.publishCalls()).toBe(ids.size), { timeout: 20_000, interval: 50 });
    }
    return posts;
  }

  ledger(): ReturnType<Platform['ledger']> {
    return this.platform.sandbox.ledger(this.userId);
  }

  async publishCalls(): Promise<number> {
    return (await this.ledger()).calls['POST /media_publish'] ?? 0;
  }

  wait(name: string): Promise<PostView> {
    return this.platform.api.waitUntilProcessed(this.ids.get(name) ?? '', 120_000);
  }
}
