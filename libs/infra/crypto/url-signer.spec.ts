import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { UrlSigner } from './url-signer.js';

const first = { id: 'k1', key: Buffer.alloc(32, 1) };
const second = { id: 'k2', key: Buffer.alloc(32, 2) };
const now = new Date('2026-11-01T12:00:00Z');
const later = new Date('2026-11-02T12:00:00Z');
const path = '/media/abc.jpg';

describe('UrlSigner', () => {
  const signer = new UrlSigner([first, second]);
  const signed = signer.sign(path, later);

  it('accepts its own signature until the expiry', () => {
    expect(signer.verify(path, signed, now)).toBe(true);
    expect(signer.verify(path, signed, new Date(later.getTime() - 1))).toBe(true);
    expect(signer.verify(path, signed, later)).toBe(false);
  });

  it('refuses another path, a longer expiry and a changed signature', () => {
    expect(signer.verify('/media/abd.jpg', signed, now)).toBe(false);
    expect(signer.verify(path, { ...signed, expires: String(Number(signed.expires) + 1) }, now)).toBe(false);
    expect(signer.verify(path, { ...signed, signature: signed.signature.replace(/^./, (c) => (c === 'A' ? 'B' : 'A')) }, now)).toBe(false);
  });

  it.each([
    {}, { expires: signed.expires }, { signature: signed.signature }, { ...signed, signature: '' }, { ...signed, expires: '1e99' },
    { expires: [signed.expires], signature: signed.signature }, { ...signed, signature: 'ä'.repeat(43) },
  ])('refuses the query %j', (query) => {
    expect(signer.verify(path, query, now)).toBe(false);
  });

  it('accepts signatures of every listed key and of no other', () => {
    expect(signer.verify(path, new UrlSigner([second]).sign(path, later), now)).toBe(true);
    expect(signer.verify(path, new UrlSigner([{ id: 'k1', key: Buffer.alloc(32, 3) }]).sign(path, later), now)).toBe(false);
  });

  it('does not sign with the encryption key itself', () => {
    const direct = createHmac('sha256', first.key).update(`${path}\n${signed.expires}`).digest('base64url');
    expect(signed.signature).not.toBe(direct);
  });

  it('does not start without a key', () => {
    expect(() => new UrlSigner([])).toThrow(/ENCRYPTION_KEYS/);
  });
});
