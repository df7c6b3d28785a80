import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Everything this process measures, in Prometheus' terms. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  readonly httpSeconds = new Histogram({
    name: 'heliograph_http_request_seconds', help: 'HTTP requests by route and status', labelNames: ['method', 'route', 'status'], buckets: seconds, registers: [this.registry],
  });

  readonly jobSeconds = new Histogram({
    name: 'heliograph_job_seconds', help: 'Jobs by name and outcome', labelNames: ['job', 'outcome'], buckets: seconds, registers: [this.registry],
  });

  readonly networkCallSeconds = new Histogram({
    name: 'heliograph_network_call_seconds', help: 'Calls to social networks by step and outcome class', labelNames: ['network', 'step', 'outcome'], buckets: seconds, registers: [this.registry],
  });

  readonly webhookAttemptSeconds = new Histogram({
    name: 'heliograph_webhook_attempt_seconds', help: 'Calls to webhook endpoints by outcome class', labelNames: ['outcome'], buckets: seconds, registers: [this.registry],
  });

  readonly webhookOldestDueSeconds = new Gauge({ name: 'heliograph_webhook_oldest_due_seconds', help: 'For how long the webhook endpoint that waits longest has been due; 0 when none is', registers: [this.registry] });

  readonly publishLatenessSeconds = new Histogram({
    name: 'heliograph_publish_lateness_seconds', help: 'How long after its time the first publishing call of a post went out', buckets: seconds, registers: [this.registry],
  });

  readonly dispatchedPosts = new Counter({ name: 'heliograph_dispatched_posts_total', help: 'Rows handed to the queue by the planner', registers: [this.registry] });

  readonly relayedEvents = new Counter({ name: 'heliograph_relayed_events_total', help: 'Events that were numbered and handed to the endpoints that want them', registers: [this.registry] });

  readonly outboxOldestSeconds = new Gauge({ name: 'heliograph_outbox_oldest_seconds', help: 'For how long the oldest event has waited for a relay; 0 when none waits', registers: [this.registry] });

  readonly outboxWaiting = new Gauge({ name: 'heliograph_outbox_waiting', help: 'Events that wait for a relay; counted up to 100,000', registers: [this.registry] });

  readonly deferrals = new Counter({ name: 'heliograph_deferrals_total', help: 'Calls put off because of a limit, by reason', labelNames: ['reason'], registers: [this.registry] });

  readonly throttledProfiles = new Gauge({ name: 'heliograph_throttled_profiles', help: 'Profiles whose network wants no calls at this moment', registers: [this.registry] });

  readonly plannerLastTick = new Gauge({ name: 'heliograph_planner_last_tick_timestamp_seconds', help: 'When a publish planner last ran', registers: [this.registry] });

  readonly clockSkewSeconds = new Gauge({ name: 'heliograph_clock_skew_seconds', help: "By how much this worker's clock is at least ahead of the database's; below 0: behind", registers: [this.registry] });

  readonly oldestOverdueSeconds = new Gauge({ name: 'heliograph_oldest_overdue_seconds', help: 'How late the oldest due post is; 0 when none is', registers: [this.registry] });

  readonly queueDepth = new Gauge({ name: 'heliograph_queue_depth', help: 'Publishing jobs waiting or running', registers: [this.registry] });

  readonly queueJobs = new Gauge({ name: 'heliograph_queue_jobs', help: 'Publishing jobs by state', labelNames: ['state'], registers: [this.registry] });

  readonly oldestLeaseSeconds = new Gauge({ name: 'heliograph_oldest_lease_seconds', help: 'For how long the target that a worker holds longest has not got any further; 0 when none is held', registers: [this.registry] });

  readonly heldTargets = new Gauge({ name: 'heliograph_held_targets', help: 'Targets that wait for a person, by reason', labelNames: ['reason'], registers: [this.registry] });

  readonly deferredTargets = new Gauge({ name: 'heliograph_deferred_targets', help: 'Targets that wait for a limit, by reason', labelNames: ['reason'], registers: [this.registry] });

  readonly unconfirmedTargets = new Gauge({ name: 'heliograph_unconfirmed_targets', help: 'Targets of which nobody knows whether they are live', registers: [this.registry] });

  readonly tokensExpiring = new Gauge({ name: 'heliograph_tokens_expiring', help: 'Connected profiles whose token expires within so many days; 0: has expired', labelNames: ['days'], registers: [this.registry] });

  constructor() {
    collectDefaultMetrics({ register: this.registry, prefix: 'heliograph_' });
  }
}
