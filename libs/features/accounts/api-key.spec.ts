import { timingSafeEqual } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';

// Time itself is too noisy to be measured; that a comparison goes through the function made for it can be seen.
vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof import('node:crypto')>();
  return { ...crypto, timingSafeEqual: vi.fn(crypto.timingSafeEqual) };
});
// Files share a worker's modules: one before us may have loaded it with the real function.
vi.resetModules();
const { generateApiKey, isSameSecret, parseApiKey } = await import('./api-key.js');

describe('API keys', () => {
  it('are different every time and parse to a prefix and the hash of the secret part', () => {
    const [first, second] = [generateApiKey(), generateApiKey()];
    expect(first).toMatch(/^hg_[0-9a-z]{8}_[0-9A-Za-z]{32}$/);
    expect(first).not.toBe(second);
    expect(parseApiKey(first)?.prefix).toBe(first.slice(3, 11));
    expect(parseApiKey(first)?.secretHash).toHaveLength(32);
  });

  it('are the same only when every character of the secret is', () => {
    const key = generateApiKey();
    const other = key.slice(0, -1) + (key.endsWith('a') ? 'b' : 'a');
    const [known, offered] = [parseApiKey(key), parseApiKey(other)];
    if (!known || !offered) throw new Error('did not parse');
    expect(isSameSecret(known.secretHash, known.secretHash)).toBe(true);
    expect(isSameSecret(known.secretHash, offered.secretHash)).toBe(false);
    expect(isSameSecret(known.secretHash, offered.secretHash.subarray(1))).toBe(false);
  });

  it.each(['', 'hg_', 'hg_abcdefgh_short', 'hg_ABCDEFGH_0123456789012345678901234567890', `${generateApiKey()}!`, 'Bearer x'])('refuses %j', (text) => {
    expect(parseApiKey(text)).toBeNull();
  });
});

describe('isSameSecret', () => {
  it('compares in constant time', () => {
    vi.mocked(timingSafeEqual).mockClear();
    expect(isSameSecret(Buffer.alloc(32, 1), Buffer.alloc(32, 2))).toBe(false);
    expect(timingSafeEqual).toHaveBeenCalledTimes(1);
  });
});
