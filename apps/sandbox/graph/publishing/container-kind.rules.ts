import type { ContainerDraft } from '../../state/entities.js';
import type { CallParams } from '../call.params.js';
import { GraphError, invalidParameter } from '../graph-error.js';

/** The columns of §1.2, with images and videos of one column apart. */
export type ContainerKind = 'image' | 'item_image' | 'item_video' | 'reel' | 'story_image' | 'story_video' | 'carousel';

/** Reads `media_type`, `is_carousel_item` and the two addresses: what is this container? Throws code 100. */
export function readContainerKind(params: CallParams): ContainerKind {
  const type = params.text('media_type');
  const kind = params.boolean('is_carousel_item') === true ? itemKind(type, params) : standaloneKind(type, params);
  requireSource(kind, params);
  return kind;
}

export function kindOfContainer(draft: ContainerDraft): ContainerKind {
  if (draft.media_type === 'CAROUSEL') return 'carousel';
  if (draft.media_type === 'REELS') return 'reel';
  if (draft.media_type === 'STORIES') return draft.video_url === null ? 'story_image' : 'story_video';
  if (draft.media_type === 'VIDEO') return 'item_video';
  return draft.is_carousel_item ? 'item_image' : 'image';
}

function standaloneKind(type: string | null, params: CallParams): ContainerKind {
  switch (type) {
    case null: case 'IMAGE': return 'image';
    case 'REELS': return 'reel';
    case 'STORIES': return params.has('video_url') ? 'story_video' : 'story_image';
    case 'CAROUSEL': return 'carousel';
    // Retired 2023-11-09 (§1.2). The reference names no subcode for it; the one for media_type is the nearest.
    case 'VIDEO': throw new GraphError('100/2207023', '(#100) media_type VIDEO is no longer supported for feed posts. Use REELS');
    default: throw new GraphError('100/2207023', `(#100) Unknown media_type ${type}`);
  }
}

/** Omitted for images, `VIDEO` for videos; reels cannot be carousel items (§1.2). */
function itemKind(type: string | null, params: CallParams): ContainerKind {
  switch (type) {
    case null: case 'IMAGE':
      if (params.has('video_url') && !params.has('image_url')) throw invalidParameter('A carousel video needs media_type=VIDEO');
      return 'item_image';
    case 'VIDEO': return 'item_video';
    case 'REELS': case 'STORIES': case 'CAROUSEL': throw invalidParameter(`media_type ${type} cannot be a carousel item`);
    default: throw new GraphError('100/2207023', `(#100) Unknown media_type ${type}`);
  }
}

function requireSource(kind: ContainerKind, params: CallParams): void {
  if (kind === 'carousel') return;
  if (params.has('image_url') && params.has('video_url')) throw invalidParameter('Only one of image_url and video_url may be given');
  const name = kind === 'reel' || kind === 'item_video' || kind === 'story_video' ? 'video_url' : 'image_url';
  if (!params.has(name)) throw invalidParameter(`The parameter ${name} is required`);
}
