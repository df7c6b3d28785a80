import { Injectable } from '@nestjs/common';
import { Database } from '#infra/database/database';

export interface EarlierMedia {
  readonly originalKey: string;
  readonly sourceUrl: string | null;
}

/** Media of posts that are there, for use in another one. */
@Injectable()
export class EarlierMediaRepository {
  constructor(private readonly database: Database) {}

  /** Null for one that the group of a key does not show. */
  find(workspaceId: string, profileGroupId: string | null, id: string): Promise<EarlierMedia | null> {
    return this.database.media.findFirst({ where: { workspaceId, id, post: profileGroupId === null ? {} : { profileGroupId } }, select: { originalKey: true, sourceUrl: true } });
  }

  /** Whether a post that the key may see has an object as a media, as its thumbnail or as its cover. */
  async isNamed(workspaceId: string, profileGroupId: string | null, key: string): Promise<boolean> {
    const group = profileGroupId === null ? {} : { post: { profileGroupId } };
    const media = await this.database.media.findFirst({ where: { workspaceId, OR: [{ originalKey: key }, { deliveryKey: key }, { thumbnailKey: key }], ...group }, select: { id: true } });
    if (media) return true;
    const [cover] = await this.database.$queryRaw<object[]>`
      SELECT 1 FROM platform_post t JOIN post p ON (p.workspace_id, p.id) = (t.workspace_id, t.post_id)
      WHERE t.workspace_id = ${workspaceId} AND (${profileGroupId}::text IS NULL OR p.profile_group_id = ${profileGroupId}) AND t.params::text LIKE ${`%/media/${key}.%`} LIMIT 1`;
    return cover !== undefined;
  }
}
