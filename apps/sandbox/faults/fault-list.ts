import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { Account } from '../state/entities.js';
import type { Fault, FaultAction, FaultMatch } from './fault.types.js';
import { matchesGlob } from './path-glob.js';

/** Longer than any path there is: of what is longer the beginning is compared, as globs cost the product of both lengths. */
const MAX_PATH = 300;

/** The scripted faults, in memory only: a restarted sandbox misbehaves no more. */
export class FaultList {
  /** Every call is compared with all of them. */
  static readonly CAPACITY = 1000;
  private faults: Fault[] = [];
  private released = newRelease();

  add(match: FaultMatch, fault: FaultAction): Fault {
    const added = { id: randomUUID(), match, fault, seen: 0, hits: 0 };
    this.faults.push(added);
    return added;
  }

  list(): Fault[] {
    return [...this.faults];
  }

  remove(id: string): boolean {
    const before = this.faults.length;
    this.faults = this.faults.filter((fault) => fault.id !== id);
    return this.faults.length < before;
  }

  /** Also lets go of every call that hangs or is delayed now. */
  clear(): void {
    this.faults = [];
    this.released.abort();
    this.released = newRelease();
  }

  /** Aborts when hanging calls are to be let go. */
  get release(): AbortSignal {
    return this.released.signal;
  }

  /** Counts this call at every fault it matches; the first that is due strikes. */
  strike(method: string, path: string, account: Account | null): Fault | null {
    let struck: Fault | null = null;
    for (const fault of this.faults) {
      if (!isMatch(fault.match, method, path, account) || !isOpenTo(fault.fault, method, path)) continue;
      fault.seen += 1;
      if (!struck && isDue(fault)) struck = fault;
    }
    if (struck) struck.hits += 1;
    return struck;
  }
}

/** Any number of calls may hang on it: without this Node takes the eleventh for a leak. */
function newRelease(): AbortController {
  const release = new AbortController();
  setMaxListeners(0, release.signal);
  return release;
}

function isMatch(match: FaultMatch, method: string, path: string, account: Account | null): boolean {
  if (match.method !== null && match.method !== method) return false;
  if (match.account !== null && (!account || ![account.user_id, account.id, account.username].includes(match.account))) return false;
  return matchesGlob(match.path, path.slice(0, MAX_PATH));
}

/** A doomed container needs a call that makes one; other calls which the glob covers pass, uncounted. */
function isOpenTo(action: FaultAction, method: string, path: string): boolean {
  return action.doom === null || (method === 'POST' && path.endsWith('/media'));
}

function isDue(fault: Fault): boolean {
  return fault.seen >= fault.match.nth && (fault.match.times === 0 || fault.hits < fault.match.times);
}
