import type { AudioConfiguration, ContainerDraft, ProductTag } from '../../state/entities.js';
import type { CallParams } from '../call.params.js';
import { GraphError, invalidParameter } from '../graph-error.js';
import { type ContainerKind, isVideoKind } from './container-kind.rules.js';

const MAX_PRODUCT_TAGS = 5;
const MAX_SPONSORS = 2;
/** Not documented; the only value seen is 0 (§10.9). A share and a percentage both fit. */
const MAX_VOLUME = 100;

type FacebookParams = Pick<ContainerDraft, 'product_tags' | 'branded_content_sponsor_ids' | 'is_paid_partnership' | 'audio_configuration'>;

/** The parameters only Facebook Login has (§1.2); with Instagram Login they have been refused before. */
export function readFacebookParams(kind: ContainerKind, params: CallParams): FacebookParams {
  const isAdvertisable = kind === 'image' || kind === 'reel' || kind === 'carousel';
  return {
    product_tags: readProductTags(kind, params),
    branded_content_sponsor_ids: isAdvertisable ? readSponsors(params) : [],
    is_paid_partnership: isAdvertisable && (params.boolean('is_paid_partnership') ?? false),
    audio_configuration: kind === 'reel' ? readAudio(params) : null,
  };
}

/** `[{product_id,x,y}]`: a place is required on photos and refused on videos (§2.3); on a carousel either will do, §1.2 only lists it. */
function readProductTags(kind: ContainerKind, params: CallParams): ProductTag[] {
  if (!params.has('product_tags')) return [];
  const value = readJson(params, 'product_tags', new GraphError('100/2207037'));
  if (!Array.isArray(value) || value.length > MAX_PRODUCT_TAGS) throw new GraphError('100/2207037');
  return value.map((entry: unknown) => {
    const { product_id: id, x = null, y = null } = asRecord(entry, new GraphError('100/2207037'));
    if (typeof id !== 'string' || !/^\d+$/u.test(id)) throw new GraphError('100/2207037');
    if (isVideoKind(kind) && (x !== null || y !== null)) throw new GraphError('100/2207035');
    if ((kind === 'image' || kind === 'item_image') && (x === null || y === null)) throw new GraphError('100/2207036');
    return { product_id: id, x: readShare(x), y: readShare(y) };
  });
}

function readShare(value: unknown): number | null {
  if (value === null) return null;
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  throw new GraphError('100/2207037');
}

/** Branded content errors are exception names in the message (§2.3). */
function readSponsors(params: CallParams): string[] {
  const ids = params.list('branded_content_sponsor_ids') ?? [];
  if (ids.length <= MAX_SPONSORS && ids.every((id) => /^\d+$/u.test(id))) return ids;
  throw invalidParameter('INSTAGRAM_PLATFORM_API__INVALID_PARAM: branded_content_sponsor_ids takes at most 2 user ids');
}

function readAudio(params: CallParams): AudioConfiguration | null {
  if (!params.has('audio_configuration')) return null;
  const problem = invalidParameter('Param audio_configuration must be an object with audio_id, audio_volume and video_volume');
  const { audio_id: id, audio_volume: audio = null, video_volume: video = null } = asRecord(readJson(params, 'audio_configuration', problem), problem);
  if (typeof id !== 'string' || !/^\d+$/u.test(id)) throw problem;
  return { audio_id: id, audio_volume: readVolume('audio_volume', audio), video_volume: readVolume('video_volume', video) };
}

function readVolume(name: string, value: unknown): number | null {
  if (value === null) return null;
  if (typeof value === 'number' && value >= 0 && value <= MAX_VOLUME) return value;
  throw invalidParameter(`Param audio_configuration.${name} must be a number from 0 to ${String(MAX_VOLUME)}`);
}

/** Text that is no JSON is as malformed as JSON of another shape. */
function readJson(params: CallParams, name: string, problem: GraphError): unknown {
  try {
    return params.json(name);
  } catch {
    throw problem;
  }
}

function asRecord(value: unknown, problem: GraphError): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw problem;
}
