import { Injectable } from '@nestjs/common';
import { Logger } from '#infra/logging/logger';
import { Metrics } from '#infra/metrics/metrics';
import type { ActionOutcome, PublishAction } from './publish.action.js';
import type { Settlement, Deferral } from './publish.settlement.js';
import { latenessOf } from './publish.timing.js';
import type { PublishTarget } from './publish-target.js';

/** What people see of publishing while it happens: one log line and one observation per outside call. */
@Injectable()
export class PublishTrace {
  constructor(
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {}

  /** A publishing call goes out. Only the first one of a container tells how late the post is. */
  publishing(target: PublishTarget, now: Date): void {
    if (target.state.publishStartedAt === null) this.metrics.publishLatenessSeconds.observe(latenessOf(target.state, now) / 1000);
  }

  called(target: PublishTarget, action: PublishAction, outcome: ActionOutcome, settlement: Settlement, milliseconds: number): void {
    const result = outcome.kind === 'failed' ? outcome.error.errorClass : 'ok';
    this.metrics.networkCallSeconds.observe({ network: target.network, step: action.kind, outcome: result }, milliseconds / 1000);
    const fields = {
      platformPostId: target.id,
      network: target.network,
      call: action.kind,
      outcome: result,
      step: settlement.patch.step ?? target.state.step,
      status: settlement.patch.status ?? target.state.status,
      ms: Math.round(milliseconds),
      ...(outcome.kind === 'failed' ? { code: outcome.error.facts.code, subcode: outcome.error.facts.subcode, traceId: outcome.error.facts.traceId } : {}),
    };
    if (settlement.patch.deferral) this.metrics.deferrals.inc({ reason: settlement.patch.deferral });
    if (outcome.kind === 'failed') this.logger.warn(fields, 'Network call failed');
    else this.logger.info(fields, 'Network call done');
  }

  deferred(target: PublishTarget, action: PublishAction, { reason, until }: Deferral): void {
    this.metrics.deferrals.inc({ reason });
    this.logger.info({ platformPostId: target.id, network: target.network, call: action.kind, reason, until }, 'A call waits for a limit');
  }

  fault(platformPostId: string, action: PublishAction | null, error: unknown): void {
    this.logger.error({ platformPostId, call: action?.kind ?? null, err: error }, 'A fault of ours interrupted publishing');
  }

  renewalFailed(platformPostId: string, error: unknown): void {
    this.logger.warn({ platformPostId, err: error }, 'The lease could not be renewed');
  }
}
