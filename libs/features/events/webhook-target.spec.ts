import { describe, expect, it, vi } from 'vitest';
import { AppError } from '#kernel/app-error';
import type { WebhookSettings } from '#infra/config/settings';
import { WebhookTarget } from './webhook-target.js';

const strict: WebhookSettings = { allowCidrs: [], ports: [443, 8443], isHttpAllowed: false };
const atHome: WebhookSettings = { allowCidrs: ['127.0.0.1/32'], ports: null, isHttpAllowed: true };
const resolving = (...addresses: string[]) => () => Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));

async function refusalOf(url: string, rules = strict, addresses = ['8.8.8.8']): Promise<string> {
  try {
    return `verified ${String(await new WebhookTarget(rules, resolving(...addresses)).check(url))}`;
  } catch (error) {
    if (error instanceof AppError && error.code === 'egress_refused') return error.message;
    throw error;
  }
}

describe('the guard of webhooks', () => {
  it.each([
    ['https://hooks.example.com/a'], ['https://hooks.example.com:8443/a'], ['https://8.8.8.8/'], ['https://[2606:4700:4700::1111]/'],
  ])('lets %s pass', async (url) => expect(await refusalOf(url)).toBe('verified true'));

  it.each([
    ['http://hooks.example.com/', 'https'], ['https://hooks.example.com:22/', 'port 22'], ['https://127.0.0.1/', 'public internet'], ['https://2130706433/', 'public internet'],
    ['https://[::ffff:10.0.0.1]/', 'public internet'], ['https://[64:ff9b::a00:1]/', 'public internet'], ['https://user:pass@hooks.example.com/', 'user name'], ['ftp://hooks.example.com/', 'http'], ['hooks', 'complete URL'],
  ])('refuses %s', async (url, why) => expect(await refusalOf(url)).toContain(why));

  it('refuses a name when any of its addresses is not permitted, and does not tell the address', async () => {
    const refusal = await refusalOf('https://mixed.example.com/', strict, ['8.8.8.8', '10.20.30.40']);
    expect(refusal).toContain('"mixed.example.com" does not lead to the public internet');
    expect(refusal).not.toContain('10.20.30.40');
  });

  it('takes a name without an address as not verified', async () => {
    expect(await refusalOf('https://later.example.com/', strict, [])).toBe('verified false');
    expect(await new WebhookTarget(strict, () => Promise.reject(new Error('ENOTFOUND'))).check('https://later.example.com/')).toBe(false);
  });

  it('does not wait for a resolver that is silent', async () => {
    vi.useFakeTimers();
    const checked = new WebhookTarget(strict, () => new Promise(() => undefined)).check('https://silent.example.com/');
    await vi.advanceTimersByTimeAsync(2_000);
    vi.useRealTimers();
    expect(await checked).toBe(false);
  });

  it('opens what the operator lists and nothing beside it', async () => {
    expect(await refusalOf('http://127.0.0.1:3001/hook', atHome)).toBe('verified true');
    expect(await refusalOf('http://127.0.0.2:3001/hook', atHome)).toContain('public internet');
    expect(await refusalOf('http://named.example.com:1/', atHome, ['127.0.0.1'])).toBe('verified true');
  });
});
