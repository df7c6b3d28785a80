import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecryptionError, TokenCipher } from './token-cipher.js';

const first = { id: 'k1', key: Buffer.alloc(32, 1) };
const second = { id: 'k2', key: Buffer.alloc(32, 2) };
const context = 'profile|access_token|prof_1|ws_1';

function failure(run: () => unknown): string | null {
  try {
    run();
    return null;
  } catch (error) {
    return error instanceof DecryptionError ? error.reason : String(error);
  }
}

describe('TokenCipher', () => {
  const cipher = new TokenCipher([first, second]);

  it('gives back any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, place) => {
      expect(cipher.decrypt(cipher.encrypt(text, place), place)).toBe(text);
    }));
  });

  it('writes v1 with the id of the first key and never the same nonce', () => {
    const [one, two] = [cipher.encrypt('token', context), cipher.encrypt('token', context)];
    expect(one).toMatch(/^v1\.k1\.[\w-]{16}\.[\w-]{7}\.[\w-]{22}$/);
    expect(one.split('.')[2]).not.toBe(two.split('.')[2]);
  });

  it('reads what an older key wrote and says that it is outdated', () => {
    const old = new TokenCipher([second]).encrypt('token', context);
    expect(cipher.decrypt(old, context)).toBe('token');
    expect(cipher.isOutdated(old)).toBe(true);
    expect(cipher.isOutdated(cipher.encrypt('token', context))).toBe(false);
  });

  it('refuses a ciphertext that was copied to another row', () => {
    const encrypted = cipher.encrypt('token', context);
    expect(failure(() => cipher.decrypt(encrypted, context.replace('prof_1', 'prof_2')))).toBe('not_authentic');
  });

  it('refuses a ciphertext with any character changed', () => {
    const encrypted = cipher.encrypt('a longer token', context);
    const start = encrypted.indexOf('.', 3) + 1;
    fc.assert(fc.property(fc.integer({ min: start, max: encrypted.length - 1 }), (at) => {
      if (encrypted[at] === '.') return;
      const changed = encrypted.slice(0, at) + (encrypted[at] === 'A' ? 'Q' : 'A') + encrypted.slice(at + 1);
      // The last character of a part may hold unused bits only; then the bytes are the same and reading is right.
      const isSame = changed.split('.').every((part, index) => Buffer.from(part, 'base64url').equals(Buffer.from(encrypted.split('.')[index] ?? '', 'base64url')));
      expect(failure(() => cipher.decrypt(changed, context))).toBe(isSame ? null : 'not_authentic');
    }));
  });

  it('names a missing key', () => {
    const foreign = new TokenCipher([{ id: 'k9', key: Buffer.alloc(32, 9) }]).encrypt('token', context);
    expect(failure(() => cipher.decrypt(foreign, context))).toBe('unknown_key');
    expect(() => cipher.decrypt(foreign, context)).toThrow(/"k9"/);
  });

  it.each(['', 'token', 'v2.k1.aaaaaaaaaaaaaaaa..aaaaaaaaaaaaaaaaaaaaaa', 'v1.k1.short..aaaaaaaaaaaaaaaaaaaaaa'])('calls %j malformed', (text) => {
    expect(failure(() => cipher.decrypt(text, context))).toBe('malformed');
  });

  it('does not start without a key', () => {
    expect(() => new TokenCipher([])).toThrow(/ENCRYPTION_KEYS/);
  });
});
