import type { MediaFacts } from '#networks/port/media-facts';

/** A file with what its first bytes say it is. */
export interface FileToProbe {
  readonly path: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  /** Where it stands in the request, for violations, e.g. `media[0]`. */
  readonly at: string;
}

export interface ProbedMedia {
  readonly facts: MediaFacts;
  /** What the repair of a picture needs to know; null for a video. */
  readonly image: ImageTraits | null;
}

/** A picture made small, upright, sRGB, as plain pixels. */
export interface Preview {
  readonly pixels: Buffer;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
}

/** What a repair must know beyond the facts. */
export interface ImageTraits {
  /** EXIF orientation, 1 (upright) to 8. */
  readonly orientation: number;
  /** As libvips names it: `srgb`, `b-w`, `cmyk`, `rgb16` … */
  readonly colourSpace: string;
  readonly hasAlpha: boolean;
  /** More than 1: an animation, of which only the first picture is used. */
  readonly pages: number;
  /** A JPEG that holds several (MPO, as cameras for two eyes and telephones with depth or HDR write), of which only the first is used. */
  readonly isMultiPicture: boolean;
}
