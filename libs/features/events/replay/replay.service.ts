import { Injectable } from '@nestjs/common';
import { AppError, validationFailed } from '#kernel/app-error';
import { Clock } from '#kernel/clock';
import type { Keyset } from '#infra/http/list-query';
import { UnitOfWork } from '#infra/writes/unit-of-work';
import type { CallerIdentity } from '#features/accounts/index';
import type { ReplayRecord, ReplayScope } from './replay.record.js';
import { ReplayRepository, type ReplayTarget } from './replay.repository.js';

/** Sending a range of events again. Here it is only begun and cancelled; a worker does it. */
@Injectable()
export class ReplayService {
  constructor(
    private readonly replays: ReplayRepository,
    private readonly clock: Clock,
    private readonly writes: UnitOfWork,
  ) {}

  /** How many events it would be. @throws AppError not_found, validation_failed */
  async measure(caller: CallerIdentity, endpointId: string, wish: ReplayScope): Promise<number> {
    const scope = this.readScope(wish);
    await this.target(caller, endpointId);
    return (await this.replays.measure(caller.workspaceId, endpointId, scope)).total;
  }

  /** @throws AppError not_found, validation_failed, webhook_not_enabled, replay_running */
  async begin<A>(caller: CallerIdentity, endpointId: string, wish: ReplayScope, show: (replay: ReplayRecord) => A): Promise<A> {
    const { workspaceId, keyGroupId } = caller;
    const scope = this.readScope(wish);
    return this.writes.run(workspaceId, async ({ tx, record }) => {
      const target = await this.replays.findTarget(workspaceId, keyGroupId, endpointId, tx);
      if (!target) throw new AppError('not_found');
      if (!target.enabled) throw new AppError('webhook_not_enabled', 'The webhook is not enabled: enable it first, then replay');
      const extent = await this.replays.measure(workspaceId, endpointId, scope, tx);
      const id = await this.replays.create(workspaceId, endpointId, scope, extent, this.clock.now(), tx);
      const replay = id === null ? null : await this.replays.find(workspaceId, endpointId, id, tx);
      if (!replay) throw new AppError('replay_running');
      record({ action: 'webhook.replay_begun', targetId: replay.id, profileGroupId: target.profileGroupId, after: replay });
      return replay;
    }, show);
  }

  /** Newest first, one more than the limit. @throws AppError not_found */
  async list(caller: CallerIdentity, endpointId: string, keyset: Keyset): Promise<ReplayRecord[]> {
    await this.target(caller, endpointId);
    return this.replays.list(caller.workspaceId, endpointId, keyset);
  }

  /** @throws AppError not_found */
  async get(caller: CallerIdentity, endpointId: string, id: string): Promise<ReplayRecord> {
    await this.target(caller, endpointId);
    const replay = await this.replays.find(caller.workspaceId, endpointId, id);
    if (!replay) throw new AppError('not_found');
    return replay;
  }

  /** @throws AppError not_found; state_conflict when it is over */
  async cancel<A>(caller: CallerIdentity, endpointId: string, id: string, show: (replay: ReplayRecord) => A): Promise<A> {
    const { workspaceId } = caller;
    const target = await this.target(caller, endpointId);
    return this.writes.run(workspaceId, async ({ tx, record }) => {
      const isCancelled = await this.replays.cancel(workspaceId, endpointId, id, this.clock.now(), tx);
      const replay = await this.replays.find(workspaceId, endpointId, id, tx);
      if (!replay) throw new AppError('not_found');
      if (!isCancelled) throw new AppError('state_conflict', `The replay is ${replay.status}`);
      record({ action: 'webhook.replay_cancelled', targetId: id, profileGroupId: target.profileGroupId, after: replay });
      return replay;
    }, show);
  }

  private async target({ workspaceId, keyGroupId }: CallerIdentity, endpointId: string): Promise<ReplayTarget> {
    const target = await this.replays.findTarget(workspaceId, keyGroupId, endpointId);
    if (!target) throw new AppError('not_found');
    return target;
  }

  /** What has not happened yet is no part of it. */
  private readScope(wish: ReplayScope): ReplayScope {
    const now = this.clock.now();
    if (wish.from >= wish.to) throw validationFailed([{ rule: 'isBeforeTo', path: 'from', message: 'from must be before to' }]);
    if (wish.from >= now) throw validationFailed([{ rule: 'isPast', path: 'from', message: 'from must be in the past' }]);
    return { ...wish, to: wish.to < now ? wish.to : now };
  }
}
