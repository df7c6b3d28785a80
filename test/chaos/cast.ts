import { setTimeout as pause } from 'node:timers/promises';
import { makeJpeg } from '#testing/media/make-image';
import type { Stage } from './stage.js';

/** A connected account in a group of its own. */
export interface Brand {
  readonly userId: string;
  readonly groupId: string;
}

export interface AcceptedPost {
  readonly id: string;
  readonly targetId: string;
  readonly caption: string;
  readonly comment: string | null;
  readonly brand: Brand;
}

export interface PostWish {
  readonly caption: string;
  readonly brand: Brand;
  readonly comment?: string | null;
  readonly pictures?: number;
  readonly scheduledAt?: Date | null;
}

/** A key whose holder could not let go of it is free after a minute, and may meet the next trouble then. */
const longestTrouble = 600_000;

/** Accounts and posts of a run. One picture is sent once; every post uses it by its id. */
export class Cast {
  readonly posts: AcceptedPost[] = [];

  private constructor(private readonly stage: Stage, readonly brands: readonly Brand[], private readonly mediaId: string) {}

  static async assemble(stage: Stage, count: number): Promise<Cast> {
    const brands: Brand[] = [];
    for (let number = 0; number < count; number += 1) brands.push(await connect(stage, `brand_${number}`));
    const picture = Buffer.from(await makeJpeg({ width: 320, height: 320, seed: 1 })).toString('base64');
    const draft = await stage.api.createPost({ post: { body: 'the picture', draft: true }, profile_group_id: brands[0]?.groupId, media: [{ base64: picture }] });
    const mediaId = draft.body.media[0]?.id;
    if (mediaId === undefined) throw new Error(`The picture was not taken: ${JSON.stringify(draft.body)}`);
    return new Cast(stage, brands, mediaId);
  }

  /** Asks until the post is accepted, with one idempotency key: however often the answer is lost, it is one post. */
  async post(wish: PostWish): Promise<AcceptedPost> {
    const { caption, brand, comment = null, pictures = 1, scheduledAt = null } = wish;
    const body = {
      post: { body: caption, ...(scheduledAt ? { scheduled_at: scheduledAt.toISOString() } : {}) },
      profiles: ['instagram'], profile_group_id: brand.groupId,
      media: Array.from({ length: pictures }, () => ({ id: this.mediaId })),
      ...(comment === null ? {} : { platforms: { instagram: { first_comment: comment } } }),
    };
    const deadline = Date.now() + longestTrouble;
    for (;;) {
      const answer = await this.stage.api.call<{ id: string }>('POST', '/api/posts', body, { 'idempotency-key': caption }).catch((error: unknown) => ({ status: 0, body: String(error) }));
      if (typeof answer.body !== 'string' && answer.status === 201) return await this.accept(answer.body.id, { caption, brand, comment });
      const isPassing = answer.status === 0 || answer.status === 409 || answer.status === 429 || answer.status >= 500;
      if (!isPassing || Date.now() > deadline) throw new Error(`The post was not accepted: ${answer.status} ${JSON.stringify(answer.body)}`);
      await pause(250);
    }
  }

  private async accept(id: string, wish: Pick<AcceptedPost, 'caption' | 'brand' | 'comment'>): Promise<AcceptedPost> {
    const targetId = await this.targetOf(id);
    const post = { id, targetId, ...wish };
    this.posts.push(post);
    return post;
  }

  /** The harness has a way of its own to the database, but PostgreSQL itself may be away for a moment. */
  private async targetOf(postId: string): Promise<string> {
    const deadline = Date.now() + longestTrouble;
    for (;;) {
      try {
        const [target] = await this.stage.query<{ id: string }>('SELECT id FROM platform_post WHERE post_id = $1', [postId]);
        if (!target) throw new Error(`The accepted post ${postId} is not there`);
        return target.id;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await pause(250);
      }
    }
  }
}

async function connect({ api, sandbox }: Stage, username: string): Promise<Brand> {
  const { user_id: userId } = await sandbox.createAccount({ username });
  await sandbox.settings(userId, { processing_ms: 0, permalink_delay_ms: 0 });
  const { body: { id: groupId } } = await api.call<{ id: string }>('POST', '/api/profile_groups', { profile_group: { name: username } });
  const { body: begun } = await api.call<{ url: string }>('POST', `/api/profile_groups/${groupId}/initialize_connection`, { platform: 'instagram', redirect_url: 'http://localhost:5000/done' });
  await fetch(await sandbox.decide(begun.url, { account: userId }), { redirect: 'manual' });
  return { userId, groupId };
}
