import type { ErrorKey } from '../graph/error.table.js';
import type { Reply } from '../http/reply.js';
import type { Effect } from './effect.js';

/** What a host does with a call, and how it refuses one. */
export interface CallWork {
  /** The real work. Never rejects. */
  answer: (effect: Effect) => Promise<Reply>;
  /** An error as this host words it: Graph envelope, flat, or `debug_info`. */
  refuse: (key: ErrorKey) => Reply;
}
