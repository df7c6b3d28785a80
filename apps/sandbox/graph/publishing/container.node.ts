import type { JsonObject } from '../../http/reply.js';
import type { Container } from '../../state/entities.js';
import { NodeType, valueField } from '../node-type.js';
import { statusOf, statusText } from './container-status.rules.js';
import { structField } from './struct.field.js';

/** Container node (§1.3): it never reveals the id of the media it became (§1.4). */
export const containerNode = new NodeType<Container>('InstagramContainer', ['id'], {
  id: valueField((container) => container.id),
  status_code: valueField((container, view) => statusOf(container, view.now)),
  status: valueField((container, view) => statusText(container, view.now)),
  copyright_check_status: structField({ status: null, matches_found: null }, (container, view) => copyrightCheck(container, view.now)),
  video_status: structField(
    { uploading_phase: { status: null, bytes_transferred: null }, processing_phase: { status: null } },
    (container, view) => (container.is_upload ? videoStatus(container, view.now) : undefined),
  ),
});

function copyrightCheck(container: Container, now: number): JsonObject {
  return { status: processingStatus(container, now, 'completed'), matches_found: false };
}

/** `[recalled]` (§1.3): of uploads only. The words are those of Facebook's video status. */
function videoStatus(container: Container, now: number): JsonObject {
  const begun = container.upload_bytes > 0 ? 'in_progress' : 'not_started';
  return {
    uploading_phase: { status: container.is_uploaded ? 'complete' : begun, bytes_transferred: container.upload_bytes },
    processing_phase: { status: processingStatus(container, now, 'complete') },
  };
}

function processingStatus(container: Container, now: number, complete: string): string {
  if (container.is_upload && !container.is_uploaded) return 'not_started';
  const code = statusOf(container, now);
  if (code === 'ERROR') return 'error';
  return code === 'IN_PROGRESS' ? 'in_progress' : complete;
}
