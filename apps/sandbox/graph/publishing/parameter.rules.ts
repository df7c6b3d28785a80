import type { AccountSettings } from '../../state/account.settings.js';
import type { Login } from '../../state/entities.js';
import type { CallParams } from '../call.params.js';
import { invalidParameter } from '../graph-error.js';
import { type ContainerKind, isVideoKind } from './container-kind.rules.js';

/**
 * What is refused where: the ✗ and "not supported" cells of §1.2. A "–" cell means the parameter has no meaning there;
 * Graph ignores those and so does the sandbox.
 */
const REFUSED: Record<ContainerKind, readonly string[]> = {
  image: [],
  item_image: ['caption', 'collaborators', 'location_id', 'is_ai_generated'],
  item_video: ['caption', 'collaborators', 'location_id', 'is_ai_generated', 'alt_text'],
  reel: ['alt_text'],
  story_image: ['alt_text', 'collaborators', 'location_id', 'product_tags'],
  story_video: ['alt_text', 'collaborators', 'location_id', 'product_tags'],
  carousel: ['alt_text', 'user_tags'],
};

/** §0, §1.2. They are refused with Instagram Login for every kind: an answer of "ok" would say that they had been used. */
const FACEBOOK_LOGIN_ONLY = ['product_tags', 'branded_content_sponsor_ids', 'is_paid_partnership', 'audio_configuration'];

/** Whoever makes the container: some parameters depend on the login. */
export interface Maker {
  login: Login;
  settings: AccountSettings;
}

export function refuseMisplaced(kind: ContainerKind, params: CallParams, { login, settings }: Maker): void {
  for (const name of REFUSED[kind]) {
    if (params.has(name)) throw invalidParameter(`The parameter ${name} is not allowed for ${describe(kind)}`);
  }
  if (login === 'facebook') return;
  // The guide gives resumable upload to Facebook Login only, which is unconfirmed (§12); a setting decides.
  const hasUpload = settings.resumable_upload === 'any_login' || !isVideoKind(kind);
  for (const name of hasUpload ? FACEBOOK_LOGIN_ONLY : [...FACEBOOK_LOGIN_ONLY, 'upload_type']) {
    if (params.has(name)) throw invalidParameter(`The parameter ${name} is not available with Instagram Login`);
  }
}

function describe(kind: ContainerKind): string {
  if (kind.startsWith('item_')) return 'carousel items';
  if (kind.startsWith('story_')) return 'stories';
  return kind === 'carousel' ? 'carousels' : `${kind}s`;
}
