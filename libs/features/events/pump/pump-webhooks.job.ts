import { Matches } from 'class-validator';
import { defineJob } from '#infra/queue/job-definition';

export class PumpWebhooksPayload {
  @Matches(/^ws_[0-9a-z]{26}$/)
  workspaceId!: string;

  @Matches(/^wh_[0-9a-z]{26}$/)
  endpointId!: string;
}

/** "Send this endpoint what is due." */
export const pumpWebhooksJob = defineJob({ name: 'pump-webhooks', queue: 'webhooks', payload: PumpWebhooksPayload });
