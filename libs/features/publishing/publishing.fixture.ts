import { Database } from '#infra/database/database';
import { generateApiKey, openAccountsAdmin, type CallerIdentity } from '#features/accounts/index';
import { after, hours } from '#kernel/clock';
import { createTestDatabase } from '#testing/test-database';
import { draftPost } from './post.drafting.js';
import { PostRepository } from './post.repository.js';

/** A database with a workspace and one connected profile, and posts in it, for tests of what workers do with rows. */
export class PublishingFixture {
  private constructor(
    readonly database: Database,
    readonly caller: CallerIdentity,
    readonly profileId: string,
    readonly databaseUrl: string,
    private readonly dropDatabase: () => Promise<void>,
  ) {}

  static async create(): Promise<PublishingFixture> {
    const files = await createTestDatabase();
    const admin = openAccountsAdmin({ databaseUrl: files.url, encryptionKeys: [{ id: 'k1', key: Buffer.alloc(32, 7) }] }, 'instagram');
    const made = await admin.bootstrapInstallation({ apiKey: generateApiKey(), demoAccount: { userId: '1', id: '2', username: 'brand', accessToken: 'token' } });
    await admin.close();
    const caller = { workspaceId: made.workspaceId, keyId: 'key', keyGroupId: null, profileGroupId: made.profileGroupId };
    return new PublishingFixture(new Database({ url: files.url, poolSize: 8 }), caller, made.profileId ?? '', files.url, () => files.drop());
  }

  /** A post to the one profile, without media. @returns the target's id */
  async post(body: string, dueAt: Date, network = 'instagram'): Promise<string> {
    const profile = { id: this.profileId, network, name: 'brand', username: 'brand', profileGroupId: this.caller.profileGroupId, status: 'active' as const };
    const draft = { body, scheduledAt: dueAt, isDraft: false, metadata: null, profiles: [profile], paramsOf: new Map([[network, { format: 'post' }]]), media: [] };
    const post = draftPost(this.caller, draft, after(dueAt, -hours(1)), 0);
    await new PostRepository().create(post, { events: [], audit: [], requestId: 'req-1', traceparent: null }, { workspaceId: post.workspaceId, postId: post.id, targets: [], now: post.createdAt, windowHours: 0 }, this.database);
    return post.targets[0]?.id ?? '';
  }

  async drop(): Promise<void> {
    await this.database.$disconnect();
    await this.dropDatabase();
  }
}
