import { Injectable } from '@nestjs/common';
import { after, hours } from '#kernel/clock';
import { newId } from '#kernel/ids';
import { Database, type Profile } from '#infra/database/database';
import type { Transaction } from '#infra/writes/unit-of-work';
import { throwVanished } from '#infra/database/vanished-reference';

export interface NewConnection {
  readonly profileGroupId: string;
  readonly network: string;
  readonly stateHash: string;
  readonly redirectUrl: string;
  readonly expiresAt: Date;
}

/** How long a connection that came to its end is remembered, so that a late return still finds its way home. */
const remembered = hours(24);

/** The way out to a network's consent page. */
@Injectable()
export class ConnectionRepository {
  constructor(private readonly database: Database) {}

  /** @throws VanishedReferenceError when the group was deleted meanwhile */
  async begin(workspaceId: string, input: NewConnection, now: Date, tx: Transaction): Promise<string> {
    const id = newId('connectionAttempt');
    await tx.connectionAttempt.deleteMany({ where: { workspaceId, expiresAt: { lt: after(now, -remembered) } } });
    await tx.connectionAttempt.create({ data: { workspaceId, id, createdAt: now, ...input } }).catch(throwVanished);
    return id;
  }

  /** The group's profile of this network, or null. */
  async findProfile(workspaceId: string, profileGroupId: string, network: string): Promise<Profile | null> {
    return this.database.profile.findFirst({ where: { workspaceId, profileGroupId, network, removedAt: null } });
  }
}
