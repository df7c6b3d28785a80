import { describe, expect, it } from 'vitest';
import { isAllowedRedirect, returnAddress } from './connection-redirect.rules.js';

describe('isAllowedRedirect', () => {
  it.each([
    ['https://app.example.com/back?x=1', ['https://app.example.com'], true],
    ['https://app.example.com:443/back', ['https://app.example.com'], true],
    ['https://app.example.com:8443/back', ['https://app.example.com'], false],
    ['http://app.example.com/back', ['https://app.example.com'], false],
    ['https://app.example.com.evil.test/', ['https://app.example.com'], false],
    ['https://app.example.com@evil.test/', ['https://app.example.com'], false],
    ['https://user@app.example.com/', ['https://app.example.com'], false],
    ['https://evil.test/?https://app.example.com', ['https://app.example.com'], false],
    ['//app.example.com/', ['https://app.example.com'], false],
    ['/back', ['https://app.example.com'], false],
    ['https://app.example.com/\r\nset-cookie: x', ['https://app.example.com'], false],
    ['https://app.example.com/ü', ['https://app.example.com'], false],
    ['javascript:alert(1)', ['https://app.example.com'], false],
    ['https://app.example.com/', [], false],
    ['http://127.0.0.1:4711/back', null, true],
    ['http://localhost/back', null, true],
    ['http://[::1]:3000/', null, true],
    ['http://127.0.0.1.evil.test/', null, false],
    ['https://example.com/', null, false],
  ] as const)('%s with %j: %s', (url, origins, expected) => expect(isAllowedRedirect(url, origins)).toBe(expected));
});

describe('returnAddress', () => {
  it.each([
    ['https://a.test/back', 'https://a.test/back?failure=true&error_code=user_abandoned'],
    ['https://a.test/back?brand=7&q=a%20b', 'https://a.test/back?brand=7&q=a%20b&failure=true&error_code=user_abandoned'],
    ['https://a.test/back?#top', 'https://a.test/back?failure=true&error_code=user_abandoned#top'],
    ['https://a.test/#/route#x', 'https://a.test/?failure=true&error_code=user_abandoned#/route#x'],
  ])('keeps the query of %s', (url, expected) => expect(returnAddress(url, 'user_abandoned')).toBe(expected));

  it('is the address itself when all went well', () => expect(returnAddress('https://a.test/?x=1#y', null)).toBe('https://a.test/?x=1#y'));
});
