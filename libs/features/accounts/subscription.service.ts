import { Injectable } from '@nestjs/common';
import { after, Clock, hours, minutes } from '#kernel/clock';
import { Logger } from '#infra/logging/logger';
import { NetworkError } from '#networks/port/network-error';
import { NetworkRegistry } from '#networks/port/network-registry';
import { lossOf } from './account-loss.rules.js';
import { findTokenFault, ProfileService } from './profile.service.js';
import { SubscriptionRepository, type DueSubscription } from './subscription.repository.js';

export type SubscriptionResult = 'subscribed' | 'postponed' | 'disconnected' | 'superseded';

/** Networks end subscriptions without a word, so each is made again every day (pitfall 15 of the reference). */
const renewedEvery = hours(24);
/** A fault that passes is tried again soon; one that a person has to put right, some times a day. */
const [soon, later] = [minutes(10), hours(6)];

/** Has networks tell us what happens to connected accounts. A failure costs no connection: the profile keeps its cause, and is tried again. */
@Injectable()
export class SubscriptionService {
  constructor(
    private readonly subscriptions: SubscriptionRepository,
    private readonly profiles: ProfileService,
    private readonly networks: NetworkRegistry,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Subscribes the profile that is due first. Null: none is. */
  async subscribeNext(): Promise<SubscriptionResult | null> {
    const due = await this.subscriptions.claim(this.clock.now());
    return due && this.subscribe(due);
  }

  private async subscribe(due: DueSubscription): Promise<SubscriptionResult> {
    const { subscriptions } = this.networks.get(due.network);
    const fields = subscriptions.fieldsFor(due.permissions);
    const calledAt = this.clock.now();
    try {
      const account = await this.profiles.openAccount(due.workspaceId, due.id);
      if (!account) return 'disconnected';
      if (fields.length > 0) await subscriptions.subscribe(account, fields);
    } catch (error) {
      return this.settleFailure(due, error, calledAt);
    }
    const now = this.clock.now();
    const subscribed = { fields, at: fields.length > 0 ? now : null };
    return (await this.subscriptions.settle(due, { subscribed, error: null, nextAt: after(now, renewedEvery) })) ? 'subscribed' : 'superseded';
  }

  private async settleFailure(due: DueSubscription, error: unknown, calledAt: Date): Promise<SubscriptionResult> {
    const { workspaceId, id } = due;
    const known = error instanceof NetworkError ? error : null;
    this.logger.warn({ workspaceId, profileId: id, ...(known ? { class: known.errorClass, ...known.facts } : { err: error }) }, 'The events of an account could not be subscribed to');
    const isPassing = known?.errorClass === 'retry_later' || known?.errorClass === 'rate_limited' || known?.errorClass === 'outcome_unknown';
    const pause = after(this.clock.now(), isPassing ? soon : later);
    const nextAt = known?.retryAt && known.retryAt > pause ? known.retryAt : pause;
    const message = known?.facts.message ?? (findTokenFault(error) ? 'The stored access token cannot be decrypted' : 'A fault of ours, which is in the worker\'s log');
    const isHeld = await this.subscriptions.settle(due, { subscribed: null, error: message, nextAt });
    if (!isHeld) return 'superseded';
    const loss = known ? lossOf(known) : findTokenFault(error) === 'damaged' ? 'profile_disconnected' : null;
    if (loss) return (await this.profiles.markLost(workspaceId, id, loss, calledAt)) ? 'disconnected' : 'superseded';
    return 'postponed';
  }
}
