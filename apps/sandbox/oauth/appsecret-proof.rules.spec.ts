import { describe, expect, it } from 'vitest';
import { appSecretProof } from './appsecret-proof.rules.js';

describe('appsecret_proof (§8.3)', () => {
  it('is the HMAC-SHA256 of the token with the secret as key, in hex', () => {
    // RFC 4231, test case 2.
    expect(appSecretProof('Jefe', 'what do ya want for nothing?')).toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843');
  });
});
