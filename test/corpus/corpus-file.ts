import type { Workshop } from './workshop.js';

/** Where a file is posted: a post with this one file, a post with this and another picture, a reel, a story, or as the cover of an ordinary reel. */
export type PostedAs = 'post' | 'carousel' | 'reel' | 'story' | 'cover';

/**
 * What Heliograph must say under `MEDIA_LIMITS=documented`, without ffmpeg: taken with these warnings, or refused by these rules. Notes of
 * repairs (`media.*`) are warnings. Sorted, each once.
 */
export interface Verdict {
  readonly isTaken: boolean;
  readonly rules: readonly string[];
}

/** Why a file is refused although the network would take it. */
export type OwnRefusal =
  /** What makes no sense to publish: pixels that would not fit into memory, or that are not all there. */
  | 'cannot be decoded'
  /** A file that calls itself a sound file. */
  | 'not for pictures';

export interface CorpusFile {
  readonly name: string;
  /** Bytes, or the path of a file for those that are too large to hold. */
  readonly make: (workshop: Workshop) => Promise<Uint8Array | string>;
  /** What the host of the file says it is. Default: `image/jpeg` or `video/mp4`, whatever it is. */
  readonly servedAs?: string;
  /** What the person who posts it takes it for: decides by which door the network gets it. */
  readonly pretends: 'image' | 'video';
  readonly verdicts: Readonly<Partial<Record<PostedAs, Verdict>>>;
  readonly own?: OwnRefusal;
  /** Only looked at with documented limits: too large to send around more often than needed. */
  readonly isLarge?: boolean;
}

/** Rules without a dot are limits of the format: `aspect_min` is `instagram.post.aspect_min` in a post. */
export const taken = (...rules: string[]): Verdict => ({ isTaken: true, rules });
export const refused = (...rules: string[]): Verdict => ({ isTaken: false, rules });

export const ruleId = (posted: PostedAs, rule: string): string => (rule.includes('.') ? rule : `instagram.${posted === 'carousel' ? 'post' : posted}.${rule}`);

type Options = Pick<CorpusFile, 'servedAs' | 'own' | 'isLarge'>;

export function picture(name: string, make: CorpusFile['make'], verdicts: CorpusFile['verdicts'], options: Options = {}): CorpusFile {
  return { name, make, verdicts, pretends: 'image', ...options };
}

export function video(name: string, make: CorpusFile['make'], verdicts: CorpusFile['verdicts'], options: Options = {}): CorpusFile {
  return { name, make, verdicts, pretends: 'video', ...options };
}
