import { SetMetadata } from '@nestjs/common';
import type { JobDefinition } from './job-definition.js';

/**
 * Handles one kind of job. Contract: reload by id, guard by the row's own state, be repeatable. The queue never retries: a
 * handler that throws is a fault of ours, logged and counted, and the row's planner decides what happens next.
 */
export interface JobHandler<Payload extends object> {
  /** `parking` aborts when the process is asked to stop: finish the outside call under way, write it down and return. */
  handle(payload: Payload, parking: AbortSignal): Promise<void>;
}

export const JOB_HANDLER_METADATA = 'heliograph:job-handler';

/** Marks a provider as the handler of a job. At boot every declared job must have exactly one. */
export function HandlesJob<Payload extends object>(job: JobDefinition<Payload>): (target: new (...args: never[]) => JobHandler<Payload>) => void {
  return (target) => {
    SetMetadata(JOB_HANDLER_METADATA, job)(target);
  };
}
