import type { Backend } from './stage.js';
import type { Verdict } from './verdict.js';

export interface ScenarioContext {
  readonly backend: Backend;
  readonly seed: number;
  readonly cache: string;
  readonly isLong: boolean;
}

export interface ScenarioResult extends Verdict {
  readonly scenario: string;
  readonly backend: Backend;
  readonly kills: number;
  readonly seed: number;
  /** What else it measured. */
  readonly note?: string;
}

export interface Scenario {
  readonly name: string;
  readonly backends: readonly Backend[];
  run(context: ScenarioContext): Promise<ScenarioResult>;
}
