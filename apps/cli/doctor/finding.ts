import { paint } from '../terminal/style.js';

/** One line of the doctor's report. `remedy` says what to do, unless all is well. */
export interface Finding {
  readonly state: 'ok' | 'warn' | 'fail';
  readonly subject: string;
  readonly detail: string;
  readonly remedy?: string;
}

const marks = { ok: ['green', '✓'], warn: ['yellow', '!'], fail: ['red', '✗'] } as const;

export function formatFinding({ state, subject, detail, remedy }: Finding): string {
  const [colour, mark] = marks[state];
  return `  ${paint(colour, mark)} ${subject.padEnd(12)} ${detail}${remedy ? `\n${' '.repeat(17)}→ ${remedy}` : ''}`;
}

/** A check that throws has failed, with the error's sentence. */
export async function examine(subject: string, remedy: string, check: () => Promise<Omit<Finding, 'subject'>>): Promise<Finding> {
  try {
    return { subject, ...(await check()) };
  } catch (error) {
    return { state: 'fail', subject, detail: error instanceof Error ? error.message : String(error), remedy };
  }
}
