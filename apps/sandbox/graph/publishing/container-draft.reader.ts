import type { ContainerDraft, ContainerType } from '../../state/entities.js';
import type { CallParams } from '../call.params.js';
import { GraphError, invalidParameter } from '../graph-error.js';
import { checkAltText, checkCaption } from './caption.rules.js';
import { type ContainerKind, isResumable, isVideoKind, readContainerKind } from './container-kind.rules.js';
import { readFacebookParams } from './facebook-parameters.reader.js';
import { type Maker, refuseMisplaced } from './parameter.rules.js';
import { readCollaborators, readUserTags } from './people.rules.js';

const TYPES: Record<ContainerKind, ContainerType> = {
  image: 'IMAGE', item_image: 'IMAGE', item_video: 'VIDEO', reel: 'REELS',
  story_image: 'STORIES', story_video: 'STORIES', carousel: 'CAROUSEL',
};
const GRADUATIONS = ['MANUAL', 'SS_PERFORMANCE'];

/** All parameters of `POST /{ig-id}/media` under the rules of §1.2; children and media are looked at later. */
export function readContainerDraft(params: CallParams, maker: Maker): { kind: ContainerKind; draft: ContainerDraft } {
  const kind = readContainerKind(params);
  refuseMisplaced(kind, params, maker);
  const isVideo = isVideoKind(kind);
  const isStory = kind === 'story_image' || kind === 'story_video';
  const caption = params.text('caption');
  if (caption !== null && !isStory) checkCaption(caption);
  const altText = params.text('alt_text');
  if (altText !== null) checkAltText(altText);
  const draft: ContainerDraft = {
    media_type: TYPES[kind],
    is_carousel_item: kind === 'item_image' || kind === 'item_video',
    image_url: isVideo || kind === 'carousel' ? null : params.text('image_url'),
    video_url: isVideo ? params.text('video_url') : null,
    caption: isStory ? null : caption,
    alt_text: altText,
    collaborators: readCollaborators(params),
    user_tags: readUserTags(kind, params),
    location_id: readLocation(params),
    is_ai_generated: params.boolean('is_ai_generated') ?? false,
    children: kind === 'carousel' ? readChildren(params) : [],
    is_upload: isVideo && isResumable(params),
    ...readReelParams(kind, params),
    ...readFacebookParams(kind, params),
  };
  return { kind, draft };
}

type ReelParams = Pick<ContainerDraft, 'cover_url' | 'thumb_offset' | 'share_to_feed' | 'audio_name' | 'trial_graduation'>;

function readReelParams(kind: ContainerKind, params: CallParams): ReelParams {
  const isReel = kind === 'reel';
  return {
    cover_url: isReel ? params.text('cover_url') : null,
    thumb_offset: isReel || kind === 'item_video' ? readThumbOffset(params) : null,
    // §1.2 lists it for carousels, where it changes nothing: they are in the feed.
    share_to_feed: isReel || kind === 'carousel' ? params.boolean('share_to_feed') ?? (isReel ? true : null) : null,
    audio_name: isReel ? params.text('audio_name') : null,
    trial_graduation: isReel ? readTrialGraduation(params) : null,
  };
}

/** The upper end, the duration, is known only after the download: then it is 2207057 in the `status` text. */
function readThumbOffset(params: CallParams): number | null {
  const offset = params.integer('thumb_offset');
  if (offset !== null && offset < 0) throw new GraphError('1/2207057');
  return offset;
}

function readTrialGraduation(params: CallParams): string | null {
  const value = params.json('trial_params');
  if (value === null) return null;
  const strategy: unknown = typeof value === 'object' && 'graduation_strategy' in value ? value.graduation_strategy : undefined;
  if (typeof strategy === 'string' && GRADUATIONS.includes(strategy)) return strategy;
  throw invalidParameter(`trial_params.graduation_strategy must be one of ${GRADUATIONS.join(', ')}`);
}

/** Only the form can be checked: which pages have location data is not simulated. */
function readLocation(params: CallParams): string | null {
  const id = params.text('location_id');
  if (id !== null && !/^\d+$/u.test(id)) throw invalidParameter('INSTAGRAM_PLATFORM_API__INVALID_LOCATION_ID');
  return id;
}

function readChildren(params: CallParams): string[] {
  const children = params.list('children') ?? [];
  if (children.length < 2 || children.length > 10) throw new GraphError('100/2207028');
  if (new Set(children).size < children.length) throw invalidParameter('Param children names a container twice');
  return children;
}
