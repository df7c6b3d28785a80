/**
 * How Node runs one of our processes. A worker makes much that is short-lived (a thousand posts at one instant), and with the usual young generation a seventh of its
 * time then goes into copying it. It must be large from the beginning: one that has to grow first grows too late.
 */
export function nodeFlags(name: string): string[] {
  return ['--enable-source-maps', ...(name === 'worker' ? ['--min-semi-space-size=32', '--max-semi-space-size=64'] : [])];
}
