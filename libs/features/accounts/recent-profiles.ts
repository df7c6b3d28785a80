import type { CallerIdentity } from './caller.js';

/** What another feature may know of a profile. */
export interface ProfileIdentity {
  readonly id: string;
  readonly network: string;
  readonly name: string;
  readonly username: string;
  readonly profileGroupId: string;
  readonly status: 'active' | 'expired' | 'inactive';
}

const maxAgeMs = 1000;
const maxGroups = 1000;

/**
 * The profiles of groups as they stood a moment ago, for a write that fails when one of them is gone by then: that one may take
 * this for a hint, and spares its query. Nothing else may.
 */
export class RecentProfiles {
  private readonly groups = new Map<string, { readonly readAt: number; readonly profiles: readonly ProfileIdentity[] }>();

  find({ workspaceId, profileGroupId }: CallerIdentity, now: Date): readonly ProfileIdentity[] | null {
    const known = this.groups.get(keyOf(workspaceId, profileGroupId));
    const age = known ? now.getTime() - known.readAt : Infinity;
    return known && age >= 0 && age < maxAgeMs ? known.profiles : null;
  }

  /** @returns what is kept of them; never their tokens */
  keep({ workspaceId, profileGroupId }: CallerIdentity, profiles: readonly ProfileIdentity[], now: Date): readonly ProfileIdentity[] {
    if (this.groups.size >= maxGroups) this.groups.clear();
    const identities = profiles.map(({ id, network, name, username, profileGroupId: group, status }) => ({ id, network, name, username, profileGroupId: group, status }));
    this.groups.set(keyOf(workspaceId, profileGroupId), { readAt: now.getTime(), profiles: identities });
    return identities;
  }
}

function keyOf(workspaceId: string, profileGroupId: string): string {
  return JSON.stringify([workspaceId, profileGroupId]);
}
