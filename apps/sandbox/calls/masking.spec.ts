import { describe, expect, it } from 'vitest';
import { masked, maskedText } from './masking.js';

const TOKEN = `IGAA${'x'.repeat(50)}WXYZ`;

describe('Masking', () => {
  it.each([
    ['a token anywhere in a text', `Bearer ${TOKEN}!`, 'Bearer IGAAxx…WXYZ!'],
    ["Facebook Login's tokens", `EAA${'y'.repeat(30)}1234`, 'EAAyyy…1234'],
    ['a token in a link', `https://x.example/me?limit=1&access_token=${TOKEN}&after=c`, 'https://x.example/me?limit=1&access_token=IGAAxx…WXYZ&after=c'],
    ['a code in a link', 'https://app.example/back?code=AQBx-0123456789abcdef&state=s', 'https://app.example/back?code=AQBx-0…cdef&state=s'],
    ['a short secret, wholly', 'https://x.example/?client_secret=abc', 'https://x.example/?client_secret=…'],
    ['ordinary text, not at all', 'code=1234, 17841400000000001, EAAsy', 'code=1234, 17841400000000001, EAAsy'],
  ])('%s', (_fact, text, expected) => {
    expect(maskedText(text)).toBe(expected);
  });

  it.each(['access_token', 'client_secret', 'code', 'appsecret_proof', 'fb_exchange_token', 'input_token', 'signed_request'])('hides a parameter named %s whatever it looks like', (name) => {
    expect(masked({ [name]: 'my own wording of a secret', caption: 'kept' })).toEqual({ [name]: 'my own…cret', caption: 'kept' });
  });

  it('hides a list or an object in the place of a secret, and leaves the code of an error', () => {
    expect(masked({ client_secret: ['a'], access_token: { b: 'c' }, code: 190 })).toEqual({ client_secret: '…', access_token: '…', code: 190 });
  });

  it('reaches into lists and objects and leaves numbers alone', () => {
    expect(masked({ data: [{ access_token: TOKEN }], error: { code: 190, is_transient: false, x: null } })).toEqual({
      data: [{ access_token: 'IGAAxx…WXYZ' }], error: { code: 190, is_transient: false, x: null },
    });
  });

  it('survives any depth', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    expect(JSON.stringify(masked(deep))).toContain('…');
  });
});
