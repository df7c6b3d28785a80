import type { Media } from '../../state/entities.js';
import { unsupportedRequest } from '../graph-error.js';
import type { GraphCall } from '../graph-route.js';

/**
 * Fresh media cannot be read for a moment (§2.3: 100/33 is "also a transient read-after-write fault on fresh containers/media").
 * Reads of the node and its edges only; whether lists of posts show it already is not documented: here they do.
 */
export function requireReadable(call: GraphCall, media: Media): void {
  const delay = call.store.world.accounts.get(media.user_id)?.settings.permalink_delay_ms ?? 0;
  if (call.view.now < media.published_at + delay) throw unsupportedRequest('GET', media.id);
}
