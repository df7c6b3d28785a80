import { Injectable } from '@nestjs/common';
import { Database } from '#infra/database/database';

/** How many containers were made for a profile: networks allow so many within a rolling window. */
@Injectable()
export class ContainerLedger {
  constructor(private readonly database: Database) {}

  count(workspaceId: string, profileId: string, since: Date): Promise<number> {
    return this.database.publishAttempt.count({
      where: { workspaceId, step: { in: ['creating', 'creating_children'] }, startedAt: { gt: since }, platformPost: { profileId, updatedAt: { gt: since } } },
    });
  }
}
