import { Injectable } from '@nestjs/common';
import { SystemDatabase } from '#infra/database/database';

export interface PublishingStatus {
  /** When any planner last ran; null: never. */
  readonly lastPlannerTick: Date | null;
  /** The earliest time at which a target should have been taken up and was not. */
  readonly oldestOverdue: Date | null;
  /** Profiles whose network wants no calls now. */
  readonly throttledProfiles: number;
}

/** What a person needs to know before trusting that posts go out. */
@Injectable()
export class PublishingStatusRepository {
  constructor(private readonly database: SystemDatabase) {}

  async read(now: Date): Promise<PublishingStatus> {
    const [heartbeat, overdue, throttledProfiles] = await Promise.all([
      this.database.heartbeat.findFirst({ where: { name: 'publish-planner' } }),
      this.database.platformPost.findFirst({
        where: { dueAt: { lte: now }, OR: [{ leasedUntil: null }, { leasedUntil: { lte: now } }] },
        orderBy: { dueAt: 'asc' },
        select: { dueAt: true },
      }),
      this.database.profilePace.count({ where: { stoppedUntil: { gt: now } } }),
    ]);
    return { lastPlannerTick: heartbeat?.beatAt ?? null, oldestOverdue: overdue?.dueAt ?? null, throttledProfiles };
  }
}
