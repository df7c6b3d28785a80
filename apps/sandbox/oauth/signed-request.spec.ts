import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { signedRequest } from './signed-request.js';

describe('signed_request (§8.4)', () => {
  const [signature = '', payload = ''] = signedRequest('app secret', '25000000000000001', 1_790_000_000).split('.');

  it('carries algorithm, time and the app-scoped id', () => {
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toEqual({
      algorithm: 'HMAC-SHA256', issued_at: 1_790_000_000, expires: 1_790_003_600, user_id: '25000000000000001',
    });
  });

  it('is signed over the encoded payload, both parts in base64url without padding', () => {
    expect(Buffer.from(signature, 'base64url')).toEqual(createHmac('sha256', 'app secret').update(payload).digest());
    expect(`${signature}.${payload}`).toMatch(/^[\w-]+\.[\w-]+$/u);
  });
});
