import type { QueuePlan } from './queue-arrangement.rules.js';

export interface PostQueueRecord extends QueuePlan {
  readonly workspaceId: string;
  readonly id: string;
  readonly profileGroupId: string;
  readonly name: string;
  readonly description: string | null;
  /** What becomes of its late posts, and how late is still well; null: as the workspace says. */
  readonly overduePolicy: string | null;
  readonly overdueMinutes: number | null;
  /** Posts that wait in it. */
  readonly postsCount: number;
}
