import { Injectable } from '@nestjs/common';
import { after, Clock } from '#kernel/clock';
import { NetworkUsageRepository, ProfilePaceRepository, refusalPause, refusalsBefore, type SealedAccount } from '#features/accounts/index';
import { NetworkError } from '#networks/port/network-error';
import type { ActionOutcome, PublishAction } from './publish.action.js';
import { callDeferral, slowPause, spreadOf, type CallLimit } from './publish.pace.js';
import { PublishPlaces } from './publish.places.js';
import type { Deferral } from './publish.settlement.js';
import { PublishStandings, type ProfileStanding } from './publish-standing.repository.js';
import type { PublishTarget } from './publish-target.js';
import { budgetPause, QuotaLedger } from './quota-ledger.js';

/** A call may go out, in the name of this account; null: it is gone. */
export interface Passage {
  readonly account: SealedAccount | null;
}

const creations: ReadonlySet<PublishAction['kind']> = new Set(['create_child', 'create']);

/** What may be called now, by the limits of the network and of this installation. All it knows is in rows, so all workers obey the same. */
@Injectable()
export class PublishGate {
  constructor(
    private readonly standings: PublishStandings,
    private readonly paces: ProfilePaceRepository,
    private readonly usages: NetworkUsageRepository,
    private readonly quota: QuotaLedger,
    private readonly places: PublishPlaces,
    private readonly clock: Clock,
  ) {}

  /** The limit that this call would meet; else it may go out, and is counted. */
  async ask(target: PublishTarget, action: PublishAction): Promise<Deferral | Passage> {
    const { workspaceId, profileId, network } = target;
    const now = this.clock.now();
    const isCreation = creations.has(action.kind);
    const question = { workspaceId, profileId, containersSince: isCreation ? this.quota.containersSince(network) : null, countsPosts: isCreation || action.kind === 'publish' };
    const [standing, usage] = await Promise.all([this.standings.find(question), this.usages.find(network)]);
    const { pace } = standing;
    const limits = { account: pace, network: usage satisfies CallLimit | null, slowedCallAt: pace?.slowedCallAt ?? null };
    const pause = slowPause(limits, now);
    const deferral = callDeferral(limits, action.kind, { pause, spread: spreadOf(profileId), now })
      ?? this.budget(target, action, standing) ?? (await this.quotaOf(target, action, standing, now)) ?? (await this.places.take(target, action, pace));
    if (deferral) return deferral;
    if (pause > 0) await this.paces.noteSlowedCall(workspaceId, profileId, now);
    return { account: standing.account };
  }

  /** Keeps what a refusal says of the limits, for all posts of the profile, and says when to try this one again. */
  async learn(target: PublishTarget, action: PublishAction, outcome: ActionOutcome): Promise<ActionOutcome> {
    if (outcome.kind !== 'failed' || outcome.error.errorClass !== 'rate_limited') return outcome;
    const { error } = outcome;
    const retryAt = error.facts.isPostLimit ? await this.roomAfter(target, action, error) : await this.stop(target, error);
    return { ...outcome, error: new NetworkError(error.errorClass, error.facts, retryAt, { cause: error }) };
  }

  private async roomAfter(target: PublishTarget, action: PublishAction, error: NetworkError): Promise<Date> {
    if (error.retryAt) return error.retryAt;
    return creations.has(action.kind) ? after(this.clock.now(), budgetPause) : this.quota.roomAfterRefusal(target);
  }

  private async stop({ workspaceId, profileId }: PublishTarget, error: NetworkError): Promise<Date> {
    const now = this.clock.now();
    const earlier = refusalsBefore(await this.paces.find(workspaceId, profileId), now);
    const stoppedUntil = error.retryAt ?? after(now, refusalPause(earlier));
    await this.paces.stop(workspaceId, profileId, { stoppedUntil, refusals: earlier + 1 });
    return stoppedUntil;
  }

  private budget({ network }: PublishTarget, action: PublishAction, standing: ProfileStanding): Deferral | null {
    const until = creations.has(action.kind) ? this.quota.containerRoom(network, standing) : null;
    return until && { reason: 'container_budget', until };
  }

  /** Also before a container is made: one that cannot be published in time only uses up the budget. */
  private async quotaOf(target: PublishTarget, action: PublishAction, standing: ProfileStanding, now: Date): Promise<Deferral | null> {
    if (!creations.has(action.kind) && action.kind !== 'publish') return null;
    const room = await this.quota.room(target, standing);
    const wanted = target.state.publishAt && target.state.publishAt > now ? target.state.publishAt : now;
    return room === null || room <= wanted ? null : { reason: 'quota', until: room };
  }
}
