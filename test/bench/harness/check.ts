import type { BenchGround } from './ground.js';
import type { LoadGenerator } from './load-generator.js';
import type { Plan } from './measure.js';

/** A figure that is no contest with a floor route: what was found, and whether it is what is wanted. */
export interface Finding {
  readonly line: string;
  /** Empty: all is as wanted. */
  readonly problems: readonly string[];
}

export interface BenchCheck {
  readonly name: string;
  run(ground: BenchGround, generator: LoadGenerator, plan: Plan): Promise<Finding>;
}

/** @param limit what a figure may be at most; in a quick run figures are shown and not held against it */
export function finding({ name, text, value, limit, isQuick }: { name: string; text: string; value: number; limit: number; isQuick: boolean }): Finding {
  const isTooMuch = !(value <= limit);
  return { line: `${name}: ${text}`, problems: isTooMuch && !isQuick ? [`${name}: ${text}`] : [] };
}
