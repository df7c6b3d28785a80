import { expect, it } from 'vitest';
import { parseUrl } from './url.js';

it('reads addresses, and says of others that they are none', () => {
  expect(parseUrl('https://bücher.example/ä.jpg')?.href).toBe('https://xn--bcher-kva.example/%C3%A4.jpg');
  expect(parseUrl('b.jpg', new URL('https://a.example/x/'))?.href).toBe('https://a.example/x/b.jpg');
  expect([parseUrl('no address'), parseUrl('https://')]).toEqual([null, null]);
});

it('reads the same the ten thousandth time', () => {
  const texts = ['https://bücher.example/ä.jpg', 'https://a.example/x.jpg'];
  for (let count = 0; count < 20_000; count += 1) expect(parseUrl(texts[count % 2] ?? '')).not.toBeNull();
});
