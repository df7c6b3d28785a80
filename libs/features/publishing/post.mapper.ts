import type { Prisma } from '#infra/database/database';
import type { PostRecord } from './post.record.js';
import { toErrorDetails } from './publish-target.mapper.js';

export const postInclude = {
  media: { orderBy: { position: 'asc' } },
  platformPosts: { orderBy: { id: 'asc' } },
} satisfies Prisma.PostInclude;

export function toPostRecord(row: Prisma.PostGetPayload<{ include: typeof postInclude }>): PostRecord {
  return {
    workspaceId: row.workspaceId,
    id: row.id,
    profileGroupId: row.profileGroupId,
    body: row.body,
    status: row.status,
    source: row.source,
    scheduledAt: row.scheduledAt,
    metadata: row.metadata,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    media: row.media.map((media) => ({ ...media, sizeBytes: Number(media.sizeBytes) })),
    targets: row.platformPosts.map((target) => ({
      id: target.id,
      profileId: target.profileId,
      network: target.network,
      params: typeof target.params === 'object' && target.params !== null && !Array.isArray(target.params) ? target.params : {},
      status: target.status,
      error: target.error,
      errorDetails: toErrorDetails(target.errorDetails),
      attemptedAt: target.attemptedAt,
      publishedAt: target.publishedAt,
      dueAt: target.dueAt,
      remoteId: target.remoteId,
      permalink: target.permalink,
    })),
  };
}
