import { describe, expect, it } from 'vitest';
import { refusalOf } from './control-access.rules.js';

const URLS = ['http://192.168.1.5:3001', 'https://sandbox.example'];
const HERE = { peer: '127.0.0.1', host: '127.0.0.1:3001' };

interface Caller {
  peer?: string;
  host?: string;
  origin?: string;
  'x-forwarded-for'?: string;
  forwarded?: string;
}

function refusal(scope: 'loopback' | 'anyone', caller: Caller): string | null {
  const { peer, ...headers } = { ...HERE, ...caller };
  return refusalOf({ scope, urls: () => URLS }, peer, headers);
}

describe('Access to the control door, loopback only', () => {
  it.each<[string, Caller]>([
    ['by address', {}],
    ['by name', { host: 'localhost:3001' }],
    ['by IPv6', { peer: '::1', host: '[::1]:3001' }],
    ['by a name below localhost', { host: 'graph.instagram.com.localhost:3001' }],
    ['by the address it listens on', { host: '192.168.1.5:3001' }],
    ['by its public name', { host: 'Sandbox.example' }],
    ['from its own page', { origin: 'http://127.0.0.1:3001' }],
    ['from its own page at its public address', { host: 'sandbox.example', origin: 'https://sandbox.example' }],
  ])('lets in %s', (_fact, caller) => {
    expect(refusal('loopback', caller)).toBeNull();
  });

  it.each<[string, Caller]>([
    ['another machine', { peer: '10.0.0.7' }],
    ['another machine behind a proxy here', { 'x-forwarded-for': '10.0.0.7' }],
    ['the same by the standard header', { forwarded: 'for=10.0.0.7' }],
    ['a name that was made to point here', { host: 'evil.example:3001', origin: 'http://evil.example:3001' }],
    ['a name that only looks local', { host: 'localhost.evil.example' }],
    ['an address that only looks local', { host: '127.0.0.1.evil.example' }],
    ['no name at all', { host: '' }],
    ['the page of another site', { origin: 'https://evil.example' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:8080' }],
    ['a page without an origin', { origin: 'null' }],
  ])('refuses %s', (_fact, caller) => {
    expect(refusal('loopback', caller)).toMatch(/^the control door /u);
  });
});

describe('Access to the control door, opened to anyone', () => {
  it('lets in other machines by any name, but no pages of other sites', () => {
    expect(refusal('anyone', { peer: '10.0.0.7', host: 'box.lan:3001' })).toBeNull();
    expect(refusal('anyone', { peer: '10.0.0.7', host: 'box.lan:3001', origin: 'https://evil.example' })).not.toBeNull();
  });
});
