import { dictionary, list, object, type Read } from './object.shape.js';
import { boolean, decimal, described, integer, named, nullable, oneOf, text } from './shape.js';

const COUNT = integer(0, Number.MAX_SAFE_INTEGER);
const TEXT = nullable(text());
const TEXTS = list(text());
const NUMBER = nullable(decimal());
const ISO_TIME = described(text(), 'sandbox time, ISO 8601');

const CONTAINER = named('LedgerContainer', object({
  id: text(),
  media_type: oneOf(['IMAGE', 'VIDEO', 'REELS', 'STORIES', 'CAROUSEL']),
  is_carousel_item: boolean(),
  is_upload: described(boolean(), 'made with upload_type=resumable'),
  status_code: oneOf(['IN_PROGRESS', 'FINISHED', 'PUBLISHED', 'ERROR', 'EXPIRED']),
  status: text(),
  caption: TEXT,
  alt_text: TEXT,
  image_url: TEXT,
  video_url: TEXT,
  cover_url: TEXT,
  thumb_offset: NUMBER,
  collaborators: TEXTS,
  user_tags: list(object({ username: text(), x: NUMBER, y: NUMBER })),
  location_id: TEXT,
  share_to_feed: nullable(boolean()),
  is_ai_generated: boolean(),
  audio_name: TEXT,
  trial_graduation: TEXT,
  product_tags: list(object({ product_id: text(), x: NUMBER, y: NUMBER })),
  branded_content_sponsor_ids: TEXTS,
  is_paid_partnership: boolean(),
  audio_configuration: nullable(object({ audio_id: text(), audio_volume: NUMBER, video_volume: NUMBER })),
  children: described(TEXTS, 'ids of the containers of its items'),
  media_id: TEXT,
  created_at: described(text(), 'as Graph writes times'),
}));

const ITEM = object({
  id: text(), container_id: TEXT, media_type: nullable(oneOf(['IMAGE', 'VIDEO', 'CAROUSEL_ALBUM'])), alt_text: TEXT, asset: TEXT,
});

const MEDIA = named('LedgerMedia', object({
  id: text(),
  container_id: text(),
  media_type: oneOf(['IMAGE', 'VIDEO', 'CAROUSEL_ALBUM']),
  media_product_type: oneOf(['FEED', 'STORY', 'REELS']),
  caption: TEXT,
  alt_text: TEXT,
  asset: described(TEXT, 'file below /cdn/'),
  is_comment_enabled: boolean(),
  children: list(ITEM),
  published_at: ISO_TIME,
  deleted_at: nullable(ISO_TIME),
  shortcode: text(),
  permalink: TEXT,
}));

export const LEDGER_COMMENT = named('LedgerComment', object({
  id: text(),
  media_id: text(),
  parent_id: TEXT,
  text: text(),
  hidden: boolean(),
  from: object({ id: text(), username: text() }),
  created_at: ISO_TIME,
  deleted_at: nullable(ISO_TIME),
}));

export const LEDGER = named('Ledger', object({
  account: object({ id: text(), user_id: text(), username: text() }),
  containers: list(CONTAINER),
  media: list(MEDIA),
  comments: list(LEDGER_COMMENT),
  messages: described(list(object({}), 0), 'always empty: they come with the inbox'),
  calls: described(dictionary(COUNT), 'calls that arrived with a token of the account, e.g. {"POST /media_publish": 1}'),
}));

export type Ledger = Read<typeof LEDGER>;
export type LedgerContainer = Read<typeof CONTAINER>;
export type LedgerMedia = Read<typeof MEDIA>;
export type LedgerComment = Read<typeof LEDGER_COMMENT>;
