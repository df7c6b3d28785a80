import { timingSafeEqual } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';

// Time itself is too noisy to be measured; that a comparison goes through the function made for it can be seen.
vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof import('node:crypto')>();
  return { ...crypto, timingSafeEqual: vi.fn(crypto.timingSafeEqual) };
});
// Files share a worker's modules: one before us may have loaded it with the real function.
vi.resetModules();
const { mayReadMetrics } = await import('./metrics-token.js');

const token = 'abcdefghijklmnop';

describe('mayReadMetrics', () => {
  it('takes the token, and anybody where none is set', () => {
    expect(mayReadMetrics(token, `Bearer ${token}`)).toBe(true);
    expect(mayReadMetrics(null, undefined)).toBe(true);
  });

  it.each([undefined, '', 'Bearer', 'Bearer abcdefghijklmnoq', `Basic ${token}`, token, `Bearer ${token}q`])('refuses %j, in constant time', (authorization) => {
    vi.mocked(timingSafeEqual).mockClear();
    expect(mayReadMetrics(token, authorization)).toBe(false);
    expect(timingSafeEqual).toHaveBeenCalledTimes(1);
  });
});
