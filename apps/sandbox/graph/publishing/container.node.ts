import type { Container } from '../../state/entities.js';
import { NodeType, valueField } from '../node-type.js';
import { statusOf, statusText } from './container-status.rules.js';

/** Container node (§1.3): it never reveals the id of the media it became (§1.4). */
export const containerNode = new NodeType<Container>('InstagramContainer', ['id'], {
  id: valueField((container) => container.id),
  status_code: valueField((container, view) => statusOf(container, view.now)),
  status: valueField((container, view) => statusText(container, view.now)),
  copyright_check_status: valueField((container) => ({
    status: container.ingest.state === 'pending' ? 'in_progress' : 'completed',
    matches_found: false,
  })),
});
