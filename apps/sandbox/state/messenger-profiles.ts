import type { IceBreakerSet } from './entities.js';
import type { WorldEvent } from './world-event.js';

/** §3: ten calls of the messenger profile in ten minutes. */
export const MESSENGER_PROFILE_CALLS = 10;
const WINDOW_MS = 10 * 60_000;

/** What accounts show to people who have not written to them yet, and how often that was asked for or changed. */
export class MessengerProfiles {
  private readonly iceBreakers = new Map<string, IceBreakerSet[]>();
  /** The last calls that were let through, oldest first. */
  private readonly calls = new Map<string, number[]>();

  apply(event: Extract<WorldEvent, { type: 'messenger_profile.called' | 'ice_breakers.changed' }>): void {
    if (event.type === 'ice_breakers.changed') this.iceBreakers.set(event.user_id, event.sets);
    else this.calls.set(event.user_id, [...this.calls.get(event.user_id) ?? [], event.at].slice(-MESSENGER_PROFILE_CALLS));
  }

  iceBreakersOf(userId: string): readonly IceBreakerSet[] {
    return this.iceBreakers.get(userId) ?? [];
  }

  recentCalls(userId: string, now: number): number {
    return (this.calls.get(userId) ?? []).filter((at) => at > now - WINDOW_MS).length;
  }

  clear(): void {
    this.iceBreakers.clear();
    this.calls.clear();
  }
}
