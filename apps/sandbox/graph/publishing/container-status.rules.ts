import type { Container } from '../../state/entities.js';

type StatusCode = 'IN_PROGRESS' | 'FINISHED' | 'PUBLISHED' | 'ERROR' | 'EXPIRED';

/** A container lives 24 h (§1.3). */
const CONTAINER_LIFE_MS = 24 * 60 * 60 * 1000;

/** The state machine of §1.3, computed from what is stored and the clock; nothing has to run for time to pass. */
export function statusOf(container: Container, now: number): StatusCode {
  if (container.media_id !== null) return 'PUBLISHED';
  const isReady = now >= container.ready_at;
  const expiresAt = container.created_at + CONTAINER_LIFE_MS;
  // A failure outlives the 24 h, and one that would come after them does not come.
  if (failureOf(container) !== null && isReady && container.ready_at < expiresAt) return 'ERROR';
  if (now >= expiresAt) return 'EXPIRED';
  return container.ingest.state === 'done' && isReady ? 'FINISHED' : 'IN_PROGRESS';
}

const TEXTS: Record<Exclude<StatusCode, 'ERROR'>, string> = {
  IN_PROGRESS: 'In Progress: Media is still being processed.',
  FINISHED: 'Finished: Media has been uploaded and it is ready to be published.',
  PUBLISHED: 'Published: Media has been successfully published.',
  EXPIRED: 'Expired: Media was not published within 24 hours.',
};

/** Documented as a subcode, live a sentence that holds it (§1.3). */
export function statusText(container: Container, now: number): string {
  const code = statusOf(container, now);
  if (code !== 'ERROR') return TEXTS[code];
  return `Error: Media upload has failed with error code ${String(failureOf(container))}`;
}

/** The subcode processing ends with, once there is something to process. What was decided at creation outranks what the media earned. */
function failureOf(container: Container): number | null {
  if (container.ingest.state === 'pending') return null;
  return container.doom ?? (container.ingest.state === 'failed' ? container.ingest.subcode : null);
}
