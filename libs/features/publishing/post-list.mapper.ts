import type { MediaRecord, PostRecord, TargetRecord } from './post.record.js';

type Moment = 'attemptedAt' | 'publishedAt' | 'publishAt' | 'heldAt' | 'dueAt';

/** A target as JSON carries it: moments are text. */
type ListedTarget = Omit<TargetRecord, Moment> & { readonly [key in Moment]: string | null };

/** A post as `post-list.repository.ts` selects it: children as JSON, so that any number of posts is one round trip. */
export type ListedPost = Omit<PostRecord, 'media' | 'targets'> & { readonly media: readonly MediaRecord[]; readonly targets: readonly ListedTarget[] };

export function toPostRecord(row: ListedPost): PostRecord {
  return {
    ...row,
    targets: row.targets.map((target) => ({
      ...target,
      attemptedAt: toDate(target.attemptedAt),
      publishedAt: toDate(target.publishedAt),
      publishAt: toDate(target.publishAt),
      heldAt: toDate(target.heldAt),
      dueAt: toDate(target.dueAt),
    })),
  };
}

function toDate(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
