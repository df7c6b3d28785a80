import { createHash } from 'node:crypto';
import type { PostRecord, TargetRecord } from './post.record.js';

/** What a target shows, to find it again: by its media, by its caption, or by both. Null: a draft, which shows nothing yet. */
export interface ContentPrint {
  readonly mediaDigest: string | null;
  readonly captionDigest: string | null;
}

type PrintedPost = Pick<PostRecord, 'body' | 'status'> & { readonly media: readonly { readonly originalKey: string }[]; readonly targets: readonly Pick<TargetRecord, 'profileId' | 'params' | 'publishAt'>[] };

/** Captions that people take for the same are equal after this. */
export function normaliseCaption(text: string): string {
  return text.normalize('NFC').trim().replace(/\s+/gu, ' ');
}

/**
 * The prints of a post's targets, in their order. Originals are named by their content, so it does not matter how a file was sent. A story beside a
 * post of the same picture is meant: the format is part of both digests.
 */
export function printsOf({ body, status, media, targets }: PrintedPost): ContentPrint[] {
  if (status === 'draft') return targets.map(() => ({ mediaDigest: null, captionDigest: null }));
  const caption = normaliseCaption(body);
  const keys = media.map((item) => item.originalKey);
  return targets.map(({ params }) => {
    const format = typeof params['format'] === 'string' ? params['format'] : '';
    return { mediaDigest: digest('media', format, ...keys), captionDigest: digest('caption', format, caption) };
  });
}

/** A target that is to be written, as the guard against duplicates asks about it. */
export interface PrintedTarget extends ContentPrint {
  readonly profileId: string;
  readonly publishAt: Date | null;
  /** Two posts without words have not said the same. */
  readonly hasCaption: boolean;
}

/** Targets that will go out with a content or at a time that they did not have before; drafts will not. */
export function newlyDue(after: PrintedPost, before: PrintedPost | null = null): PrintedTarget[] {
  const earlier = new Map(before ? toPrinted(before).map((target) => [target.profileId, JSON.stringify(target)]) : []);
  return toPrinted(after).filter((target) => target.mediaDigest !== null && earlier.get(target.profileId) !== JSON.stringify(target));
}

function toPrinted(post: PrintedPost): PrintedTarget[] {
  const prints = printsOf(post);
  const hasCaption = normaliseCaption(post.body) !== '';
  return post.targets.map(({ profileId, publishAt }, index) => ({ profileId, publishAt, hasCaption, mediaDigest: null, captionDigest: null, ...prints[index] }));
}

function digest(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}
