export type MediaKind = 'image' | 'video';

/** What a probe found in the bytes. The name and the declared type of a file are never believed. */
export interface MediaFacts {
  readonly kind: MediaKind;
  /** By content, e.g. `image/jpeg`, `video/mp4`, `video/quicktime`. */
  readonly contentType: string;
  readonly sizeBytes: number;
  /** As displayed: orientation and rotation applied. */
  readonly width: number;
  readonly height: number;
  readonly video?: VideoFacts;
}

export interface VideoFacts {
  readonly durationMs: number;
  /** e.g. `avc`, `hevc`, `vp9`; null when the file has no such track or the codec is unknown. */
  readonly videoCodec: string | null;
  readonly audioCodec: string | null;
  /** On average over the whole video. */
  readonly framesPerSecond: number | null;
  /** The frames lie on no even grid, as in screen recordings. */
  readonly isVariableFrameRate: boolean;
  /** The codec with profile and level (RFC 6381), e.g. `avc1.64001f`. */
  readonly codecString: string | null;
  readonly chroma: '4:0:0' | '4:2:0' | '4:2:2' | '4:4:4' | null;
  readonly bitDepth: number | null;
  /** null, as with the two above: the file does not tell outside of its pictures. */
  readonly isInterlaced: boolean | null;
  /** Pictures behind a key picture are shown before it, and need those of the group before. null: another codec than H.264 and HEVC. */
  readonly hasOpenGroups: boolean | null;
  /** Brighter and more colourful than ordinary screens show (PQ or HLG). */
  readonly isHdr: boolean;
  /** Degrees clockwise that a player turns the stored pictures. */
  readonly rotation: 0 | 90 | 180 | 270;
  /** Of pictures and sound together, on average. */
  readonly bitsPerSecond: number;
  /** These three are null for a silent video. */
  readonly audioChannels: number | null;
  readonly audioSampleRate: number | null;
  readonly audioBitsPerSecond: number | null;
  /** `shifting` moves tracks against each other or skips what primes a decoder; `cutting` hides or repeats pictures or sound. */
  readonly editList: 'none' | 'shifting' | 'cutting';
  readonly isFragmented: boolean;
  /** Behind the last box stands something that is none. */
  readonly hasJunk: boolean;
  /** True when the index (moov) comes before the media data, as progressive download needs it. */
  readonly isFastStart: boolean;
}

/**
 * The most columns that anybody can count: stored pictures may be turned when they are shown, and who speaks of columns
 * need not say which are meant.
 */
export function columnsOf({ width, height, video }: MediaFacts): number {
  return video?.rotation === 90 || video?.rotation === 270 ? Math.max(width, height) : width;
}

/** What is taken for true of a video of which no more is known: ordinary in every respect. */
export const ordinaryVideo = {
  videoCodec: null, audioCodec: null, framesPerSecond: null, isVariableFrameRate: false, codecString: null, chroma: null, bitDepth: null, isInterlaced: null, hasOpenGroups: null,
  isHdr: false, rotation: 0, bitsPerSecond: 0, audioChannels: null, audioSampleRate: null, audioBitsPerSecond: null, editList: 'none', isFragmented: false, hasJunk: false, isFastStart: true,
} as const satisfies Omit<VideoFacts, 'durationMs'>;
