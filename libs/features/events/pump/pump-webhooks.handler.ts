import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel/clock';
import { HandlesJob, type JobHandler } from '#infra/queue/job-handler';
import type { PumpHold } from './pump-hold.js';
import { PumpRun, type PumpTools } from './pump-run.js';
import { pumpWebhooksJob, type PumpWebhooksPayload } from './pump-webhooks.job.js';
import { WebhookCaller } from './webhook-caller.js';
import { pumpLease, WebhookPumpRepository } from './webhook-pump.repository.js';
import { WebhookTrace } from './webhook-trace.js';

@Injectable()
@HandlesJob(pumpWebhooksJob)
export class PumpWebhooksHandler implements JobHandler<PumpWebhooksPayload> {
  private readonly tools: PumpTools;

  constructor(
    private readonly repository: WebhookPumpRepository,
    caller: WebhookCaller,
    private readonly clock: Clock,
    private readonly trace: WebhookTrace,
  ) {
    this.tools = { repository, caller, clock, trace };
  }

  /** Delivers what is due to the endpoint, if nobody else is at it. */
  async handle({ workspaceId, endpointId }: PumpWebhooksPayload, parking: AbortSignal): Promise<void> {
    if (parking.aborted) return;
    const hold = await this.repository.acquire(workspaceId, endpointId, this.clock.now());
    if (!hold) return;
    const keys = await this.repository.signingKeys(workspaceId, endpointId, this.clock.now());
    if (keys.length === 0) throw new Error(`Webhook endpoint ${endpointId} has no secret`);
    const run = new PumpRun(hold, keys, this.tools, parking);
    const renewal = setInterval(() => void this.renew(hold, run), pumpLease / 3);
    try {
      await run.go();
    } finally {
      clearInterval(renewal);
    }
  }

  private async renew(hold: PumpHold, run: PumpRun): Promise<void> {
    try {
      if (!(await this.repository.renew(hold, this.clock.now()))) run.stop();
    } catch (error) {
      this.trace.renewalFailed(hold, error);
    }
  }
}
