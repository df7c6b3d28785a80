import { createHmac, timingSafeEqual } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';

// Time itself is too noisy to be measured; that a comparison goes through the function made for it can be seen.
vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof import('node:crypto')>();
  return { ...crypto, timingSafeEqual: vi.fn(crypto.timingSafeEqual) };
});
// Files share a worker's modules: one before us may have loaded it with the real function.
vi.resetModules();
const { readSignedRequest } = await import('./signed-request.js');

const claims = { algorithm: 'HMAC-SHA256', issued_at: 1_760_000_000, user_id: '25000000000000001' };

function sign(secret: string, payload: unknown): string {
  const encoded = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)).toString('base64url');
  return `${createHmac('sha256', secret).update(encoded).digest('base64url')}.${encoded}`;
}

describe('readSignedRequest', () => {
  it.each([['new'], ['old']])('takes what the %s secret signed', (secret) => {
    expect(readSignedRequest(sign(secret, claims), ['new', 'old'])).toEqual({ appScopedId: claims.user_id, issuedAt: new Date('2025-10-09T08:53:20Z') });
  });

  it('keeps every digit of an id that is written as a number', () => {
    expect(readSignedRequest(sign('s', '{"algorithm":"HMAC-SHA256","user_id":17841400000000001}'), ['s'])).toEqual({ appScopedId: '17841400000000001', issuedAt: null });
  });

  it.each([
    ['another secret', sign('other', claims)],
    ['another payload', `${sign('s', claims).split('.')[0] ?? ''}.${sign('s', { ...claims, user_id: '1' }).split('.')[1] ?? ''}`],
    ['no signature', `.${sign('s', claims).split('.')[1] ?? ''}`],
    ['a part too many', `${sign('s', claims)}.x`],
    ['no JSON', sign('s', 'hello')],
    ['no user', sign('s', { algorithm: 'HMAC-SHA256' })],
    ['another algorithm', sign('s', { ...claims, algorithm: 'none' })],
    ['nothing', ''],
  ])('refuses %s', (_, text) => expect(readSignedRequest(text, ['s'])).toBeNull());

  it('refuses everything without a secret', () => expect(readSignedRequest(sign('', claims), [])).toBeNull());
});

describe('the signature of a request', () => {
  it('is compared in constant time', () => {
    vi.mocked(timingSafeEqual).mockClear();
    expect(readSignedRequest(sign('theirs', claims), ['ours'])).toBeNull();
    expect(timingSafeEqual).toHaveBeenCalledTimes(1);
  });
});
