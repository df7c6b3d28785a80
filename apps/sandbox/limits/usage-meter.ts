import type { ErrorKey } from '../graph/error.table.js';
import { GraphError } from '../graph/graph-error.js';
import type { Throttle } from '../state/account.settings.js';
import type { Account } from '../state/entities.js';
import type { App, Token } from '../state/grants.js';
import { LIMITS } from './limit.table.js';
import { RollingCounter } from './rolling-counter.js';
import { appUsageHeader, businessUsageHeader, type Usage } from './usage-headers.js';

/** Calls of one app, and of each account through it. */
interface AppUse {
  app: RollingCounter;
  accounts: Map<string, RollingCounter>;
}

interface Level {
  percent: number;
  /** Whether there were enough calls for a header. */
  isShown: boolean;
  /** Minutes until the next call is let through; 0 when it would be now. */
  regainMinutes: number;
}

const NONE: Level = { percent: 0, isShown: false, regainMinutes: 0 };
/** Time and CPU are not measured: they are shown as this share of the calls and never throttle by themselves. */
const TIME_SHARE = 0.25;
/** "Headers appear only after enough calls" (§3); how many is not documented. One percent of a small limit is enough too. */
const ENOUGH_CALLS = 10;
const MINUTE_MS = 60_000;

/** Counts calls against the limits of §3 and says so in `X-App-Usage` and `X-Business-Use-Case-Usage`. In memory only. */
export class UsageMeter {
  private readonly uses = new Map<string, AppUse>();

  constructor(private readonly apps: ReadonlyMap<string, App>) {}

  /**
   * Counts a call, also one that is refused: "Calling while throttled extends the block" (§3), by as much as it takes for the
   * refused calls to leave the window. Throws the code of the account's throttle setting, 4 for the app, 80002 for the account.
   * Which of them comes first is not documented.
   */
  admit(account: Account, token: Token, now: number): void {
    const { app, pair } = this.countersOf(token.client_id, account.user_id);
    const isAppFull = app.count(now) >= this.callsPerHour(token.client_id);
    const isPairFull = pair.count(now) >= callsPerDay(account);
    app.add(now);
    pair.add(now);
    const throttle = throttleOf(account, now);
    if (throttle) {
      const key: ErrorKey = `${throttle.code}`;
      throw new GraphError(key);
    }
    if (isAppFull) throw new GraphError('4');
    if (isPairFull) throw new GraphError('80002');
  }

  /**
   * Each header appears on its own. `X-App-Usage` cannot say how long to wait, so the minutes of every kind of throttling stand in
   * the other one; where Meta puts those of 4, 17, 32 and 613 is not documented.
   */
  headers(account: Account, clientId: string, now: number): Record<string, string> {
    const use = this.uses.get(clientId);
    const app = levelOf(use?.app, this.callsPerHour(clientId), now);
    const pair = levelOf(use?.accounts.get(account.user_id), callsPerDay(account), now);
    const throttle = throttleOf(account, now);
    const set: Level = throttle ? { percent: 100, isShown: true, regainMinutes: Math.ceil((throttle.until - now) / MINUTE_MS) } : NONE;
    const appPercent = throttle && throttle.code !== 80002 ? Math.max(set.percent, app.percent) : app.percent;
    const pairPercent = throttle?.code === 80002 ? Math.max(set.percent, pair.percent) : pair.percent;
    const regainMinutes = Math.max(app.regainMinutes, pair.regainMinutes, set.regainMinutes);
    return {
      ...(app.isShown || appPercent > app.percent ? appUsageHeader(usage(appPercent)) : {}),
      ...(pair.isShown || regainMinutes > 0 ? businessUsageHeader(account.user_id, usage(pairPercent), regainMinutes) : {}),
    };
  }

  reset(): void {
    this.uses.clear();
  }

  private countersOf(clientId: string, userId: string): { app: RollingCounter; pair: RollingCounter } {
    let use = this.uses.get(clientId);
    if (!use) this.uses.set(clientId, use = { app: new RollingCounter(LIMITS.app.windowMs, LIMITS.app.stepMs), accounts: new Map() });
    let pair = use.accounts.get(userId);
    if (!pair) use.accounts.set(userId, pair = new RollingCounter(LIMITS.instagram.windowMs, LIMITS.instagram.stepMs));
    return { app: use.app, pair };
  }

  private callsPerHour(clientId: string): number {
    return this.apps.get(clientId)?.calls_per_hour ?? LIMITS.app.calls;
  }
}

function callsPerDay(account: Account): number {
  return account.settings.calls_per_day ?? LIMITS.instagram.calls;
}

function throttleOf(account: Account, now: number): Throttle | null {
  const { throttle } = account.settings;
  return throttle && now < throttle.until ? throttle : null;
}

function levelOf(counter: RollingCounter | undefined, limit: number, now: number): Level {
  if (!counter) return NONE;
  const count = counter.count(now);
  const percent = Math.floor((100 * count) / limit);
  return {
    percent, isShown: percent >= 1 || count >= ENOUGH_CALLS,
    regainMinutes: count < limit ? 0 : Math.ceil(counter.msUntilBelow(limit, now) / MINUTE_MS),
  };
}

function usage(percent: number): Usage {
  const time = Math.floor(percent * TIME_SHARE);
  return { call_count: percent, total_time: time, total_cputime: time };
}
