import type { Fit } from '#networks/port/framing';

export const formats = ['post', 'reel', 'story'] as const;
export type Format = (typeof formats)[number];

export const fits = ['pad', 'crop'] as const satisfies readonly Fit[];

export const trialStrategies = ['MANUAL', 'SS_PERFORMANCE'] as const;

export interface UserTag {
  /** Without @. */
  readonly username: string;
  /** From the left and from the top, 0–1. */
  readonly x?: number;
  readonly y?: number;
  /** Which item of a carousel, from 0. Absent: the first. */
  readonly media_index?: number;
}

/** `platforms.instagram` of a post after reading: known keys, right types, `format` filled in. JSON-serialisable. */
export interface InstagramParams {
  readonly format: Format;
  /** For files outside of the aspect ratios that are allowed: one for all, or one per item, `""` for none. */
  readonly fit?: Fit | readonly (Fit | '')[];
  readonly first_comment?: string;
  /** Without @. */
  readonly collaborators?: readonly string[];
  readonly user_tags?: readonly UserTag[];
  readonly cover_url?: string;
  readonly audio_name?: string;
  readonly trial_strategy?: (typeof trialStrategies)[number];
  /** Milliseconds from the start of the video. */
  readonly thumb_offset?: number;
  readonly location_id?: string;
  /** One text for all images, or one per item. */
  readonly alt_text?: string | readonly string[];
  readonly share_to_feed?: boolean;
  readonly comments_enabled?: boolean;
  readonly is_ai_generated?: boolean;
}
