import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '#kernel/clock';
import { Logger } from '#infra/logging/logger';
import { Metrics } from '#infra/metrics/metrics';
import { Rounds } from '#infra/process/rounds';
import { WebhookPlanner } from '../pump/webhook-planner.js';
import { EventRelayRepository } from './event-relay.repository.js';
import { fullBatch, nextBatch, type RelayRound } from './relay.pace.js';

const idlePause = 50;
/** After a failure: the database may be away, and a line in the log twenty times a second tells nobody more. */
const failurePause = 1_000;

/** Brings committed events into the feed and to their endpoints, again and again. Any number may run: what one is at, the others leave to it. */
@Injectable()
export class EventRelay implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds: Rounds;
  private batch = fullBatch;
  private pauseMs = idlePause;

  constructor(
    private readonly events: EventRelayRepository,
    private readonly pumps: WebhookPlanner,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {
    this.rounds = new Rounds({ round: () => this.round(), pauseMs: () => this.pauseMs, onFailure: (error) => this.failed(error) });
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.rounds.stop();
  }

  /** One round. Twenty times a second nothing is there: that is asked without a transaction. */
  async round(): Promise<RelayRound> {
    this.pauseMs = idlePause;
    if (!(await this.events.isWaiting())) return { events: 0, deliveries: 0 };
    const most = this.batch;
    const round = await this.events.relay(this.clock.now(), most);
    this.batch = nextBatch(most, round);
    this.metrics.relayedEvents.inc(round.events);
    if (round.deliveries > 0) this.pumps.poke();
    if (round.events >= most) this.pauseMs = 0;
    return round;
  }

  private failed(error: unknown): void {
    this.batch = nextBatch(this.batch, null);
    this.pauseMs = failurePause;
    this.logger.error({ err: error }, 'Events could not be relayed; the next round tries again');
  }
}
