import type { QueuePriority } from './queue-arrangement.rules.js';

export interface SeatedPost {
  readonly id: string;
  readonly body: string;
  readonly status: string;
  readonly priority: QueuePriority;
  readonly slotAt: Date;
  readonly scheduledAt: Date | null;
}

export interface SlotOutlook {
  readonly at: Date;
  /** Null: the slot is not one of the queue's any more. */
  readonly timeslotId: number | null;
  readonly post: SeatedPost | null;
}
