import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '#infra/database/database';
import type { Transaction } from '#infra/writes/unit-of-work';
import { duplicatePost, type PostKin } from './post.kin.js';
import type { PrintedTarget } from './post.print.js';

/** What is asked about posts that might be the same. */
export interface DuplicateQuestion {
  readonly workspaceId: string;
  /** The post itself is no duplicate of it. Null: it is not stored. */
  readonly postId: string | null;
  /** None: nothing is asked. */
  readonly targets: readonly PrintedTarget[];
  readonly now: Date;
  /** How near to each other two posts go out to be one too many. */
  readonly windowHours: number;
}

/** Of those with the same media the newest are looked at, of those with the same words any: enough to say that there are some. */
const newest = 20;
const mostEqual = 5;

/** SQLSTATE of the function `refuse_duplicate`. */
const duplicateState = 'HG001';

@Injectable()
export class PostKinRepository {
  constructor(private readonly database: Database) {}

  find(workspaceId: string, question: Omit<DuplicateQuestion, 'workspaceId'>): Promise<PostKin[]> {
    return this.database.$queryRaw<PostKin[]>(kinSelect({ workspaceId, ...question }));
  }
}

/** Fails with what `throwDuplicate` reads when a target is a duplicate; else holds whoever writes the same until this transaction has ended. */
export function duplicateGuard({ workspaceId, postId, targets, now, windowHours }: DuplicateQuestion): Prisma.Sql {
  return Prisma.sql`SELECT refuse_duplicate(${workspaceId}, ${postId}, ${JSON.stringify(targets)}::jsonb, ${now}, make_interval(hours => ${windowHours}::int)) AS passed`;
}

/** For a post that is written already, in its transaction. @returns others that are in part the same @throws what `throwDuplicate` knows when there is the same */
export async function refuseDuplicate(question: DuplicateQuestion, tx: Transaction): Promise<PostKin[]> {
  if (question.targets.length === 0) return [];
  await tx.$queryRaw(duplicateGuard(question));
  return tx.$queryRaw<PostKin[]>(kinSelect(question));
}

/** Targets of other posts with the same media or the same caption, for the same profile, within the window: a look into an index for each. */
export function kinSelect({ workspaceId, postId, targets, now, windowHours }: DuplicateQuestion): Prisma.Sql {
  const ours = Prisma.sql`t.workspace_id = ${workspaceId}`;
  const counts = Prisma.sql`t.profile_id = x."profileId" AND t.post_id IS DISTINCT FROM ${postId}::text AND t.status NOT IN ('failed', 'deleted')
    AND abs(extract(epoch FROM platform_post_moment(t.status, t.published_at, t.publish_called_at, t.publish_at, ${now}::timestamptz) - GREATEST(x."publishAt", ${now}::timestamptz))) < ${windowHours}::int * 3600`;
  return Prisma.sql`
    SELECT k.post_id AS "postId", x."profileId", k."hasSameMedia", k."hasSameCaption", (SELECT p.body FROM post p WHERE p.workspace_id = ${workspaceId} AND p.id = k.post_id) AS body
    FROM jsonb_to_recordset(${JSON.stringify(targets)}::jsonb) AS x("profileId" text, "mediaDigest" text, "captionDigest" text, "publishAt" timestamptz, "hasCaption" boolean)
    CROSS JOIN LATERAL (
      (SELECT t.post_id, true AS "hasSameMedia", true AS "hasSameCaption" FROM platform_post t
       WHERE ${ours} AND t.media_digest = x."mediaDigest" AND t.caption_digest = x."captionDigest" AND ${counts} LIMIT 1)
      UNION ALL (SELECT t.post_id, true, false FROM (SELECT * FROM platform_post t WHERE ${ours} AND t.media_digest = x."mediaDigest" ORDER BY t.id DESC LIMIT ${newest}) t
       WHERE t.caption_digest <> x."captionDigest" AND ${counts})
      UNION ALL (SELECT t.post_id, false, true FROM platform_post t
       WHERE x."hasCaption" AND ${ours} AND t.caption_digest = x."captionDigest" AND t.media_digest <> x."mediaDigest" AND ${counts} LIMIT ${mostEqual})
    ) k`;
}

/** For `.catch` of a write with a `duplicateGuard`. @throws AppError duplicate_post */
export function throwDuplicate(error: unknown): never {
  const twin = findTwin(error);
  throw twin === null ? error : duplicatePost(twin, error);
}

/** The id in a failure of `duplicateGuard`, from the driver or through Prisma, which nests it. Null: another failure. */
function findTwin(error: unknown, depth = 0): string | null {
  if (typeof error !== 'object' || error === null || depth > 4) return null;
  const { code, originalCode, message, originalMessage, cause, meta, driverAdapterError } = error as Readonly<Record<string, unknown>>;
  if (code === duplicateState || originalCode === duplicateState) {
    const text = [originalMessage, message].find((part): part is string => typeof part === 'string') ?? '';
    return /duplicate of (\S+)/.exec(text)?.[1] ?? null;
  }
  return [cause, meta, driverAdapterError].map((inner) => findTwin(inner, depth + 1)).find((id) => id !== null) ?? null;
}
