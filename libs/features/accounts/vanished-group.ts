import { AppError } from '#kernel/app-error';
import { VanishedReferenceError } from '#infra/database/vanished-reference';

/** For `.catch` of a write into a group: one that was deleted meanwhile is answered like one that never was. */
export function refuseVanishedGroup(error: unknown): never {
  throw error instanceof VanishedReferenceError ? new AppError('not_found', 'Profile group not found', { cause: error }) : error;
}
