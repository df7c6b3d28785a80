/** How much of a limit on calls is used up, as a network tells with its answers. */
export interface UsageReport {
  /** Remote id of the account that the limit is of; null: of the whole installation. */
  readonly accountId: string | null;
  /** The worst of its measures; 100 is the limit, more was seen. */
  readonly percent: number;
  /** No calls before; null: the network did not say. */
  readonly regainAt: Date | null;
}

type UsageListener = (reports: readonly UsageReport[]) => void;

/** Tells what a network says of its limits, call by call, to whoever keeps it. Listeners must not throw and not wait. */
export class UsageSource {
  private readonly listeners = new Set<UsageListener>();

  /** @returns ends it */
  listen(listener: UsageListener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  tell(reports: readonly UsageReport[]): void {
    if (reports.length === 0) return;
    for (const listener of this.listeners) listener(reports);
  }
}
