import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '#kernel/clock';
import type { Settings } from '#infra/config/settings';
import { SETTINGS } from '#infra/config/settings.module';
import { NetworkRegistry } from '#networks/port/network-registry';
import type { CallerIdentity } from './caller.js';
import { ProfileHealthRepository, type CallHistory } from './profile-health.repository.js';
import { daysLeft, findProblems, missingPermissions, type HealthProblem, webhookState, type WebhookState } from './profile-health.rules.js';
import type { Throttle } from './network-usage.rules.js';
import { ProfileLimitService } from './profile-limit.service.js';
import { ProfileService } from './profile.service.js';

export interface ProfileHealth {
  readonly status: string;
  readonly tokenExpiresAt: Date | null;
  readonly tokenDaysLeft: number | null;
  readonly granted: readonly string[];
  readonly missing: readonly string[];
  readonly webhooks: { readonly state: WebhookState; readonly fields: readonly string[]; readonly subscribedAt: Date | null; readonly error: string | null };
  readonly calls: CallHistory;
  readonly throttle: Throttle;
  readonly problems: readonly HealthProblem[];
}

/** How a profile's connection is. */
@Injectable()
export class ProfileHealthService {
  constructor(
    private readonly profiles: ProfileService,
    private readonly history: ProfileHealthRepository,
    private readonly networks: NetworkRegistry,
    private readonly limits: ProfileLimitService,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** From what is stored; asks the network nothing. @throws AppError not_found */
  async health(caller: CallerIdentity, id: string): Promise<ProfileHealth> {
    const profile = await this.profiles.get(caller, id);
    const network = this.networks.get(profile.network);
    const facts = {
      status: profile.status,
      statusReason: profile.statusReason,
      tokenExpiresAt: profile.tokenExpiresAt,
      tokenFault: this.profiles.tokenFault(profile),
      webhookError: profile.webhookError,
      granted: profile.permissions,
      wanted: network.connection.permissions,
      refreshDays: this.settings.tokenRefreshDays,
    };
    const now = this.clock.now();
    return {
      ...facts,
      tokenDaysLeft: daysLeft(profile.tokenExpiresAt, now),
      missing: missingPermissions(facts).map(({ name }) => name),
      webhooks: { state: webhookState(profile, network.subscriptions.fieldsFor(profile.permissions)), fields: profile.webhookFields, subscribedAt: profile.webhookSubscribedAt, error: profile.webhookError },
      calls: await this.history.callHistory(caller.workspaceId, id),
      throttle: await this.limits.throttle(profile),
      problems: findProblems(facts, now),
    };
  }
}
