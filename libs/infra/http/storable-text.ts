import { AppError } from '#kernel/app-error';

const maxDepth = 32;

/**
 * PostgreSQL keeps neither NUL nor half a surrogate pair, and nothing of ours is nested deeply: what can never be stored is
 * refused at the door, wherever it stands.
 * @throws AppError malformed_request
 */
export function requireStorable(value: unknown, depth = 0): void {
  if (typeof value === 'string') {
    if (value.includes('\0') || !value.isWellFormed()) throw new AppError('malformed_request', 'A text holds a character that cannot be stored (NUL, or half of a surrogate pair)');
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  if (depth >= maxDepth) throw new AppError('malformed_request', `The request is nested deeper than ${maxDepth} levels`);
  for (const [key, child] of Object.entries(value)) {
    requireStorable(key, depth + 1);
    requireStorable(child, depth + 1);
  }
}
