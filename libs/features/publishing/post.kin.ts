import { AppError, type Violation } from '#kernel/app-error';
import { normaliseCaption } from './post.print.js';

/** Another post that goes out, or went out, to a profile of this one within the window, and is in part the same. */
export interface PostKin {
  readonly postId: string;
  readonly profileId: string;
  readonly hasSameMedia: boolean;
  readonly hasSameCaption: boolean;
  readonly body: string;
}

/** From here on captions are told apart by a typing error or a link, not by what they say. */
const similarFrom = 0.7;

/** How much of two captions is the same: the share of their groups of three letters that both have, 0 to 1 (Dice). */
function similarity(one: string, other: string): number {
  const [a, b] = [trigrams(one), trigrams(other)];
  if (a.size + b.size === 0) return 1;
  let shared = 0;
  for (const gram of a) if (b.has(gram)) shared += 1;
  return (2 * shared) / (a.size + b.size);
}

function trigrams(text: string): Set<string> {
  const padded = `  ${normaliseCaption(text).toLowerCase()} `;
  const grams = new Set<string>();
  for (let at = 0; at + 3 <= padded.length; at += 1) grams.add(padded.slice(at, at + 3));
  return normaliseCaption(text) === '' ? new Set() : grams;
}

/** What a person would want to know of posts that are nearly this one; one sentence for each. */
export function nearDuplicates(body: string, kin: readonly PostKin[]): Violation[] {
  const told = new Map<string, Violation>();
  for (const { postId, profileId, hasSameMedia, hasSameCaption, body: other } of kin) {
    if (told.has(postId) || hasSameMedia === hasSameCaption) continue;
    if (hasSameCaption) told.set(postId, { rule: 'post.near_duplicate', path: 'post.body', message: `The post ${postId} has the same caption with other media, for the same profile (${profileId})`, actual: postId });
    else if (similarity(body, other) >= similarFrom) told.set(postId, { rule: 'post.near_duplicate', path: 'media', message: `The post ${postId} has the same media with a similar caption, for the same profile (${profileId})`, actual: postId });
  }
  return [...told.values()];
}

/** The sentence of `duplicatePost`, for `validate`. Null: none of them is the same. */
export function findDuplicate(kin: readonly PostKin[]): Violation | null {
  const twin = kin.find(({ hasSameMedia, hasSameCaption }) => hasSameMedia && hasSameCaption);
  return twin ? { rule: 'post.duplicate', path: 'post', message: sentence(twin.postId), actual: twin.postId, fix: 'Change it, or send allow_duplicate: true' } : null;
}

export function duplicatePost(postId: string, cause: unknown): AppError {
  return new AppError('duplicate_post', sentence(postId), { details: { duplicate_post_id: postId }, cause });
}

function sentence(postId: string): string {
  return `The post ${postId} has the same caption and media for the same profile; send allow_duplicate: true if that is meant`;
}
