import type { JsonObject } from '../../http/reply.js';
import type { Media } from '../../state/entities.js';
import { GraphError, invalidParameter, unsupportedRequest } from '../graph-error.js';
import type { GraphCall } from '../graph-route.js';

/** `POST /{media}?comment_enabled=true|false` (§1.8). Nothing else of a post can be changed. */
export async function switchComments(call: GraphCall, media: Media): Promise<JsonObject> {
  const isEnabled = call.params.boolean('comment_enabled');
  if (isEnabled === null) throw invalidParameter('The parameter comment_enabled is required');
  // Not documented for stories and single album items, which have no comments.
  if (media.parent_id !== null || media.media_product_type === 'STORY') throw unsupportedRequest('POST', media.id);
  await call.store.commit({ type: 'media.comments_switched', media_id: media.id, is_enabled: isEnabled });
  return { success: true };
}

/**
 * `DELETE /{media}` (§1.8): Facebook Login only, not for single album items (-1/2207073). Ads do not exist here. The files stay,
 * as on a CDN; the container stays PUBLISHED and the quota used, which is not documented.
 */
export async function deleteMedia(call: GraphCall, media: Media): Promise<JsonObject> {
  if (media.parent_id !== null) throw new GraphError('-1/2207073');
  await call.store.commit({ type: 'media.deleted', media_id: media.id, at: call.view.now });
  return { success: true, deleted_id: media.id };
}
