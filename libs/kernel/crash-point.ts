/**
 * Places in the publishing of a post, and in the relay of its events (K9), where a process may die (docs/reliability.md has all of them;
 * K2 and K5 lie inside an outside call and need no line of ours).
 */
export type CrashPoint = 'K1' | 'K3' | 'K4' | 'K6' | 'K7' | 'K8' | 'K9';

/** What the chaos harness puts here before a process starts; nothing else ever does. */
type CrashHook = (point: CrashPoint, subject: string) => Promise<void>;

const hook: unknown = Reflect.get(globalThis, Symbol.for('heliograph.crash-point'));
const isHook = (value: unknown): value is CrashHook => typeof value === 'function';

/** Does nothing, unless a test has said before the start what is to happen when `subject` comes by. */
export async function crashPoint(point: CrashPoint, subject: string): Promise<void> {
  if (isHook(hook)) await hook(point, subject);
}
