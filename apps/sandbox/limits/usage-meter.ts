import type { Account } from '../state/entities.js';
import type { Token } from '../state/grants.js';

/** Counts calls against the limits of §3 and says so in `X-App-Usage` and `X-Business-Use-Case-Usage`. */
export class UsageMeter {
  /** Counts a call. Throws the throttling error when it is one too many. */
  admit(_account: Account, _token: Token, _now: number): void {
    return;
  }

  headers(_account: Account, _now: number): Record<string, string> {
    return {};
  }
}
