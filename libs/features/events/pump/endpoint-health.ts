import { after, days } from '#kernel/clock';

/** After so long without a single success an endpoint is given up. */
const patience = days(5);
/** Longer than any planned pause between attempts: nobody tried meanwhile (it was paused, or nothing happened), so nothing is known of that time. */
const longestSilence = days(3);
const steps = [50, 70, 90, 100] as const;

export interface EndpointHealth {
  readonly lastSuccessAt: Date | null;
  readonly lastFailureAt: Date | null;
  /** Of the first failure after the last success. */
  readonly failingSince: Date | null;
  /** Of the way to being disabled, what has been told: 0, 50, 70, 90 or 100. */
  readonly alertedPercent: number;
}

export interface HealthChange {
  readonly health: EndpointHealth;
  /** The step of the way that is reached by this failure; null: none. */
  readonly alert: { readonly percent: number; readonly failingSince: Date; readonly disablesAt: Date } | null;
}

export function afterSuccess(health: EndpointHealth, now: Date): EndpointHealth {
  return { ...health, lastSuccessAt: now, failingSince: null, alertedPercent: 0 };
}

/** An endpoint is given up when an attempt fails five days after the first of an unbroken row of failures. Each step on that way is told once. */
export function afterFailure(health: EndpointHealth, now: Date): HealthChange {
  const isFirst = health.failingSince === null || health.lastFailureAt === null || after(health.lastFailureAt, longestSilence) < now;
  const failingSince = isFirst || health.failingSince === null ? now : health.failingSince;
  const share = (100 * (now.getTime() - failingSince.getTime())) / patience;
  const told = isFirst ? 0 : health.alertedPercent;
  const percent = steps.findLast((step) => step <= share) ?? 0;
  const failed = { ...health, lastFailureAt: now, failingSince, alertedPercent: Math.max(told, percent) };
  return { health: failed, alert: percent > told ? { percent, failingSince, disablesAt: after(failingSince, patience) } : null };
}
