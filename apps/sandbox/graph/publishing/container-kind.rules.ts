import type { ContainerDraft } from '../../state/entities.js';
import type { CallParams } from '../call.params.js';
import { GraphError, invalidParameter } from '../graph-error.js';

/** The columns of §1.2, with images and videos of one column apart. */
export type ContainerKind = 'image' | 'item_image' | 'item_video' | 'reel' | 'story_image' | 'story_video' | 'carousel';

/** Reads `media_type`, `is_carousel_item` and where the media comes from: what is this container? Throws code 100. */
export function readContainerKind(params: CallParams): ContainerKind {
  const type = params.text('media_type');
  const kind = params.boolean('is_carousel_item') === true ? itemKind(type, params) : standaloneKind(type, params);
  requireSource(kind, params);
  return kind;
}

export function kindOfContainer(draft: ContainerDraft): ContainerKind {
  if (draft.media_type === 'CAROUSEL') return 'carousel';
  if (draft.media_type === 'REELS') return 'reel';
  if (draft.media_type === 'STORIES') return draft.video_url === null && !draft.is_upload ? 'story_image' : 'story_video';
  if (draft.media_type === 'VIDEO') return 'item_video';
  return draft.is_carousel_item ? 'item_image' : 'image';
}

export function isVideoKind(kind: ContainerKind): boolean {
  return kind === 'reel' || kind === 'item_video' || kind === 'story_video';
}

/** `upload_type=resumable`: the bytes come to the container (§1.5). It has no meaning for anything but videos (§1.2). */
export function isResumable(params: CallParams): boolean {
  return params.text('upload_type') === 'resumable';
}

function standaloneKind(type: string | null, params: CallParams): ContainerKind {
  switch (type) {
    case null: case 'IMAGE': return 'image';
    case 'REELS': return 'reel';
    case 'STORIES': return params.has('video_url') || isResumable(params) ? 'story_video' : 'story_image';
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
      if (!params.has('image_url') && (params.has('video_url') || isResumable(params))) throw invalidParameter('A carousel video needs media_type=VIDEO');
      return 'item_image';
    case 'VIDEO': return 'item_video';
    case 'REELS': case 'STORIES': case 'CAROUSEL': throw invalidParameter(`media_type ${type} cannot be a carousel item`);
    default: throw new GraphError('100/2207023', `(#100) Unknown media_type ${type}`);
  }
}

/** One source, of the right kind. Two of them are refused although §1.2 does not say so: which one counts is not documented. */
function requireSource(kind: ContainerKind, params: CallParams): void {
  if (kind === 'carousel') return;
  const sources = ['image_url', 'video_url'].filter((name) => params.has(name));
  if (sources.length > 1) throw invalidParameter('Only one of image_url and video_url may be given');
  if (isVideoKind(kind) && params.has('upload_type')) {
    if (!isResumable(params)) throw invalidParameter('Param upload_type must be resumable');
    if (sources.length > 0) throw invalidParameter(`With upload_type=resumable there must be no ${sources.join()}`);
    return;
  }
  const name = isVideoKind(kind) ? 'video_url' : 'image_url';
  if (!params.has(name)) throw invalidParameter(`The parameter ${name} is required`);
}
