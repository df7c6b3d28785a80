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
}
