/**
 * How Node runs one of our processes. A worker makes much that is short-lived (a thousand posts at one instant), and with the usual young generation a seventh of its
 * time then goes into copying it.
 */
export function nodeFlags(name: string): string[] {
  return ['--enable-source-maps', ...(name === 'worker' ? ['--max-semi-space-size=32'] : [])];
}
