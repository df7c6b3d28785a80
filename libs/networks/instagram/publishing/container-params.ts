import type { DeliverableMedia, PublishRequest } from '#networks/port/social-network';
import type { InstagramParams, UserTag } from '../params/instagram-params.js';
import { storedParams } from '../params/params-reader.js';
import { placementOf, type Placement } from '../params/placement.js';

/** Form fields of `POST /{ig-id}/media`; an empty value is left out. */
type Fields = Record<string, string>;

export function placementOfRequest(request: PublishRequest): Placement {
  return placementOf(storedParams(request.params).format, request.media);
}

/** The container that is published (§1.2, one column of its table each). `children` only for a carousel. */
export function containerFields(request: PublishRequest, children: readonly string[]): Fields {
  const params = storedParams(request.params);
  const [item] = request.media;
  switch (placementOf(params.format, request.media)) {
    case 'carousel':
      return present({ media_type: 'CAROUSEL', children: children.join(','), ...shared(request.body, params), ...madeByAi(params) });
    case 'story':
      return present({ media_type: 'STORIES', ...address(item), user_tags: tags(params, 0, item), ...madeByAi(params) });
    case 'reel':
      return present({ media_type: 'REELS', ...address(item), ...shared(request.body, params), ...reel(params), user_tags: tags(params, 0, item), ...madeByAi(params) });
    case 'image':
      return present({ ...address(item), ...shared(request.body, params), alt_text: altText(params, 0), user_tags: tags(params, 0, item), ...madeByAi(params) });
  }
}

/** One item of a carousel: no caption, place or collaborators here, those belong to the parent; `is_ai_generated` is an error here (§1.2). */
export function childFields(request: PublishRequest, index: number): Fields {
  const params = storedParams(request.params);
  const item = request.media[index];
  return present({
    is_carousel_item: 'true',
    ...(item?.kind === 'video' ? { media_type: 'VIDEO' } : { alt_text: altText(params, index) }),
    ...address(item),
    user_tags: tags(params, index, item),
  });
}

function shared(body: string, params: InstagramParams): Fields {
  return {
    caption: body,
    location_id: params.location_id ?? '',
    collaborators: params.collaborators?.length ? JSON.stringify(params.collaborators) : '',
  };
}

/** A video with format `post` is meant for the feed, so there `share_to_feed` is not a choice. A cover wins over an offset (§1.2). */
function reel(params: InstagramParams): Fields {
  const shareToFeed = params.format === 'post' ? true : params.share_to_feed;
  return {
    share_to_feed: shareToFeed === undefined ? '' : String(shareToFeed),
    audio_name: params.audio_name ?? '',
    cover_url: params.cover_url ?? '',
    thumb_offset: params.cover_url === undefined && params.thumb_offset !== undefined ? String(params.thumb_offset) : '',
    trial_params: params.trial_strategy ? JSON.stringify({ graduation_strategy: params.trial_strategy }) : '',
  };
}

function madeByAi(params: InstagramParams): Fields {
  return params.is_ai_generated ? { is_ai_generated: 'true' } : {};
}

function address(item: DeliverableMedia | undefined): Fields {
  if (!item) return {};
  if (item.isSent) return { upload_type: 'resumable' };
  return item.kind === 'video' ? { video_url: item.url } : { image_url: item.url };
}

function altText(params: InstagramParams, index: number): string {
  return (typeof params.alt_text === 'string' ? params.alt_text : params.alt_text?.[index]) ?? '';
}

/** The tags of one item. Videos take usernames only; a position on a video is dropped (§1.2; a rule has warned). */
function tags(params: InstagramParams, index: number, item: DeliverableMedia | undefined): string {
  const mine = (params.user_tags ?? []).filter((tag) => (tag.media_index ?? 0) === index);
  const position = ({ x, y }: UserTag): object => (item?.kind === 'video' || x === undefined || y === undefined ? {} : { x, y });
  return mine.length === 0 ? '' : JSON.stringify(mine.map((tag) => ({ username: tag.username, ...position(tag) })));
}

function present(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
}
