import type { TargetState } from './publish-target.js';

/** A target that its worker has just taken up. */
export const freshState: TargetState = {
  status: 'processing', step: 'waiting', childContainers: [], containerId: null, remoteId: null, permalink: null, firstCommentId: null,
  attempts: 0, recreations: 0, checks: 0, attemptedAt: new Date('2026-11-21T12:00:00Z'), publishStartedAt: null, publishCalledAt: null, commentCalledAt: null, isFinalIfUntouched: false,
  isUploadRefused: false, publishedAt: null, error: null, errorDetails: null, publishAt: null, timingSettledAt: null, hold: null, heldAt: null, deferral: null, dueAt: new Date('2026-11-21T12:00:00Z'),
};
