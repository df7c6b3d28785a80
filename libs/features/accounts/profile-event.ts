import { newEvent, type OutboxEvent } from '#infra/outbox/outbox-event';

interface ProfileFacts {
  readonly workspaceId: string;
  readonly id: string;
  readonly profileGroupId: string;
  readonly network: string;
  readonly remoteId: string;
  readonly username: string;
  readonly name: string;
  readonly status: string;
  readonly statusReason: string | null;
}

/** What the audit compares: never the token. */
export function profileFacts({ id, profileGroupId, network, remoteId, username, name, status, statusReason }: ProfileFacts): object {
  return { id, profileGroupId, network, remoteId, username, name, status, ...(statusReason !== null && { statusReason }) };
}

/** The public event of a profile, telling its state after the change. `more`: what only this event tells. */
export function profileEvent(type: 'profile.connected' | 'profile.disconnected' | 'token.expiring', profile: ProfileFacts, now: Date, more: Readonly<Record<string, unknown>> = {}): OutboxEvent {
  return newEvent({
    workspaceId: profile.workspaceId,
    profileGroupId: profile.profileGroupId,
    type,
    createdAt: now,
    data: {
      id: profile.id,
      name: profile.name,
      platform: profile.network,
      profile_group_id: profile.profileGroupId,
      status: profile.status,
      ...(profile.statusReason !== null && { status_reason: profile.statusReason }),
      uid: profile.remoteId,
      username: profile.username,
      ...more,
    },
  });
}
