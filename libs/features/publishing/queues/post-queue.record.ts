import type { QueuePlan } from './queue-arrangement.rules.js';

export interface PostQueueRecord extends QueuePlan {
  readonly workspaceId: string;
  readonly id: string;
  readonly profileGroupId: string;
  readonly name: string;
  readonly description: string | null;
  /** Posts that wait in it. */
  readonly postsCount: number;
}
