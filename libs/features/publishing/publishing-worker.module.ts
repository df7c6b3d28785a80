import { Module } from '@nestjs/common';
import { ClockGuard } from './clock-guard.js';
import { ContainerSweepRepository } from './container-sweep.repository.js';
import { ContainerSweeper } from './container-sweeper.js';
import { DatabaseClock } from './database-clock.repository.js';
import { OverduePolicyRepository } from './overdue-policy.repository.js';
import { PublishHolds } from './publish-holds.service.js';
import { HeartbeatRepository } from './heartbeat.repository.js';
import { PublishExecutor } from './publish.executor.js';
import { PublishGate } from './publish.gate.js';
import { PublishPlaces } from './publish.places.js';
import { PublishLeaseRepository } from './publish-lease.repository.js';
import { PublishPlanner } from './publish-planner.js';
import { PublishPostHandler } from './publish-post.handler.js';
import { PublishRunner } from './publish.runner.js';
import { PublishStandings } from './publish-standing.repository.js';
import { PublishTargetRepository } from './publish-target.repository.js';
import { PublishTrace } from './publish.trace.js';
import { QuotaLedger } from './quota-ledger.js';
import { PublishingModule } from './publishing.module.js';

@Module({
  imports: [PublishingModule],
  providers: [
    ClockGuard, ContainerSweepRepository, ContainerSweeper, DatabaseClock, HeartbeatRepository, OverduePolicyRepository, PublishExecutor, PublishGate, PublishHolds, PublishLeaseRepository, PublishPlaces, PublishPlanner, PublishPostHandler, PublishRunner, PublishStandings,
    PublishTargetRepository, PublishTrace, QuotaLedger,
  ],
})
export class PublishingWorkerModule {}
