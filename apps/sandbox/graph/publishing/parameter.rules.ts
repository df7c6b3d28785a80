import type { CallParams } from '../call.params.js';
import { invalidParameter } from '../graph-error.js';
import type { ContainerKind } from './container-kind.rules.js';

/**
 * What is refused where: the ✗ and "not supported" cells of §1.2. A "–" cell means the parameter has no meaning there;
 * Graph ignores those and so does the sandbox.
 */
const REFUSED: Record<ContainerKind, readonly string[]> = {
  image: [],
  item_image: ['caption', 'collaborators', 'location_id', 'is_ai_generated'],
  item_video: ['caption', 'collaborators', 'location_id', 'is_ai_generated', 'alt_text'],
  reel: ['alt_text'],
  story_image: ['alt_text', 'collaborators', 'location_id'],
  story_video: ['alt_text', 'collaborators', 'location_id'],
  carousel: ['alt_text', 'user_tags'],
};

/** Facebook Login only (§0, §1.2). The sandbox speaks Instagram Login and does not pretend to have used them. */
const FACEBOOK_LOGIN_ONLY = ['product_tags', 'branded_content_sponsor_ids', 'is_paid_partnership', 'audio_configuration', 'upload_type'];

export function refuseMisplaced(kind: ContainerKind, params: CallParams): void {
  for (const name of REFUSED[kind]) {
    if (params.has(name)) throw invalidParameter(`The parameter ${name} is not allowed for ${describe(kind)}`);
  }
  for (const name of FACEBOOK_LOGIN_ONLY) {
    if (params.has(name)) throw invalidParameter(`The parameter ${name} is not available with Instagram Login`);
  }
}

function describe(kind: ContainerKind): string {
  if (kind.startsWith('item_')) return 'carousel items';
  if (kind.startsWith('story_')) return 'stories';
  return kind === 'carousel' ? 'carousels' : `${kind}s`;
}
