import { Matches } from 'class-validator';
import { defineJob } from '#infra/queue/job-definition';

export class PublishPostPayload {
  @Matches(/^ws_[0-9a-z]{26}$/)
  workspaceId!: string;

  @Matches(/^pp_[0-9a-z]{26}$/)
  platformPostId!: string;
}

/** "Look at this target now." */
export const publishPostJob = defineJob({ name: 'publish-post', queue: 'publishing', payload: PublishPostPayload });
