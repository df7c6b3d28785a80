import { Injectable } from '@nestjs/common';
import { SystemDatabase } from '#infra/database/database';

/** Rows a statement takes at most. */
const batch = 500;

/** Deletes uploads that have expired, and tells which stored objects nobody names; of all workspaces. */
@Injectable()
export class UploadSweepRepository {
  constructor(private readonly database: SystemDatabase) {}

  /** @returns the ids of those that are gone; none while somebody sends to it. Another worker's are left to it. */
  async forgetExpired(now: Date): Promise<string[]> {
    const rows = await this.database.$queryRaw<{ id: string }[]>`
      DELETE FROM upload WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM upload WHERE expires_at <= ${now} AND (locked_until IS NULL OR locked_until <= ${now}) LIMIT ${batch} FOR UPDATE SKIP LOCKED))
      RETURNING id`;
    return rows.map(({ id }) => id);
  }

  /**
   * Originals of posts that have come to their end before `limit` are named no longer: from here on their copies stand for them.
   * @returns how many. What another worker is at is left to it.
   */
  async forgetOriginals(limit: Date): Promise<number> {
    return this.database.$executeRaw`
      UPDATE media SET original_key = delivery_key WHERE ctid = ANY (ARRAY(
        SELECT m.ctid FROM media m JOIN post p ON (p.workspace_id, p.id) = (m.workspace_id, m.post_id)
        WHERE m.original_key <> m.delivery_key AND p.status = 'processed' AND p.updated_at <= ${limit} LIMIT ${batch} FOR UPDATE OF m SKIP LOCKED))`;
  }

  /**
   * Which of these objects no row names. A post that is not published may name one in its settings: a cover, as the address that it is
   * delivered from. A test compares this statement with the columns there are.
   */
  async withoutOwner(keys: readonly string[]): Promise<string[]> {
    const rows = await this.database.$queryRaw<{ key: string }[]>`
      SELECT key FROM unnest(${[...keys]}::text[]) AS k(key)
      WHERE NOT EXISTS (SELECT FROM media WHERE original_key = key)
        AND NOT EXISTS (SELECT FROM media WHERE delivery_key = key)
        AND NOT EXISTS (SELECT FROM media WHERE thumbnail_key = key)
        AND NOT EXISTS (SELECT FROM upload WHERE object_key = key)
        AND key NOT IN (
          SELECT found[1] FROM platform_post, regexp_matches(params::text, '/media/([0-9a-f]{64})[.]', 'g') AS found
          WHERE status <> 'published' AND params::text LIKE '%/media/%')`;
    return rows.map(({ key }) => key);
  }

  isFull(count: number): boolean {
    return count >= batch;
  }
}
