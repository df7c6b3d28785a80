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
  readonly framesPerSecond: number | null;
  /** True when the index (moov) comes before the media data, as progressive download needs it. */
  readonly isFastStart: boolean;
}
