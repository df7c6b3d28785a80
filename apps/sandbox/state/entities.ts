import type { AccountSettings } from './account.settings.js';

// What the sandbox remembers. Times are sandbox milliseconds since the epoch; ids are opaque numeric strings.

export type AccountType = 'BUSINESS' | 'MEDIA_CREATOR';

/** Which of Meta's two API stacks a host, a token or an endpoint belongs to (reference §0). */
export type Login = 'instagram' | 'facebook';

export interface Account {
  /** Instagram professional account id (17841…): the id of paths and webhooks (reference §0). */
  user_id: string;
  /** App-scoped id: what `id` of `/me` answers with Instagram Login; a different number (reference §0). */
  id: string;
  username: string;
  name: string;
  account_type: AccountType;
  /** null: not filled in. */
  biography: string | null;
  website: string | null;
  followers_count: number;
  follows_count: number;
  /** As generated in the app's dashboard: long-lived from the start (§8.1). */
  access_token: string;
  created_at: number;
  settings: AccountSettings;
  /** The same account seen through Facebook Login: a person, their page, and the tokens of both (§8.2). */
  facebook: FacebookSide;
}

export interface FacebookSide {
  person_id: string;
  page_id: string;
  user_token: string;
  page_token: string;
}

/** A stored media file, served as `/cdn/<file>`. */
export interface Asset {
  file: string;
  content_type: string;
  bytes: number;
  width: number;
  height: number;
  duration_ms: number | null;
}

export type ContainerType = 'IMAGE' | 'VIDEO' | 'REELS' | 'STORIES' | 'CAROUSEL';

/** What became of the media behind a container. `failed` keeps the 2207xxx subcode for the `status` text (§1.3). */
export type Ingest =
  | { state: 'pending' }
  | { state: 'done'; asset: Asset | null; cover: Asset | null }
  | { state: 'failed'; subcode: number };

/** The accepted parameters of `POST /{ig-id}/media` that outlive the call. */
export interface ContainerDraft {
  media_type: ContainerType;
  is_carousel_item: boolean;
  image_url: string | null;
  video_url: string | null;
  cover_url: string | null;
  thumb_offset: number | null;
  caption: string | null;
  alt_text: string | null;
  collaborators: string[];
  user_tags: UserTag[];
  location_id: string | null;
  share_to_feed: boolean | null;
  is_ai_generated: boolean;
  audio_name: string | null;
  trial_graduation: string | null;
  children: string[];
  /** Made with `upload_type=resumable` (§1.5): the video comes to the container instead of being fetched. */
  is_upload: boolean;
  /** From here on Facebook Login only (§1.2). */
  product_tags: ProductTag[];
  branded_content_sponsor_ids: string[];
  is_paid_partnership: boolean;
  audio_configuration: AudioConfiguration | null;
}

export interface ProductTag {
  product_id: string;
  x: number | null;
  y: number | null;
}

/** Sound put over a reel; a volume that was not given is null. */
export interface AudioConfiguration {
  audio_id: string;
  audio_volume: number | null;
  video_volume: number | null;
}

export interface UserTag {
  username: string;
  x: number | null;
  y: number | null;
}

export interface Container extends ContainerDraft {
  id: string;
  user_id: string;
  created_at: number;
  /** Never FINISHED or ERROR before this moment. */
  ready_at: number;
  ingest: Ingest;
  /** Of an upload: how much has arrived (the file is the record, this what the node shows), and whether it is all. */
  upload_bytes: number;
  is_uploaded: boolean;
  /** Decided when it was made, by a scripted fault or a setting: processing ends in ERROR with this subcode. */
  doom: number | null;
  media_id: string | null;
}

export interface Media {
  id: string;
  user_id: string;
  container_id: string;
  /** Set on the items of an album, which are nodes but not posts. */
  parent_id: string | null;
  media_type: 'IMAGE' | 'VIDEO' | 'CAROUSEL_ALBUM';
  media_product_type: 'FEED' | 'STORY' | 'REELS';
  caption: string | null;
  alt_text: string | null;
  shortcode: string;
  published_at: number;
  asset: Asset | null;
  cover: Asset | null;
  is_shared_to_feed: boolean | null;
  is_ai_generated: boolean;
  is_comment_enabled: boolean;
  children: string[];
  deleted_at: number | null;
}

export interface IceBreaker {
  question: string;
  payload: string;
}

/** The questions of one locale (§5.4). */
export interface IceBreakerSet {
  /** null: set in the old format, which knows no locales and is read back as it was set. */
  locale: string | null;
  call_to_actions: IceBreaker[];
}

export interface Comment {
  id: string;
  media_id: string;
  /** Owner of the media, whose token may read the comment. */
  user_id: string;
  author_id: string;
  author_username: string;
  parent_id: string | null;
  text: string;
  created_at: number;
  hidden: boolean;
  deleted_at: number | null;
}
