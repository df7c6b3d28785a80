import { AppError, type Violation } from '#kernel/app-error';

/** A file that no rule of a network needs to be asked about: `media_unreadable` with the one violation that says why. */
export function unreadable(violation: Violation, cause?: unknown): AppError {
  return new AppError('media_unreadable', undefined, { violations: [violation], cause });
}
