import { randomBytes } from 'node:crypto';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import Stripe from 'stripe';
import { Webhook as SvixWebhook } from 'svix';
import { describe, expect, it } from 'vitest';
import { schemesOf, signBody, toSigningKey, type Signed } from './webhook-signature.js';

const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;
const [secret, former, other] = [newSecret(), newSecret(), newSecret()];
const body = JSON.stringify({ id: 'evt_06f3', type: 'post.processed', data: { body: 'Käse 😀' } });
const stripe = new Stripe('sk_test_unused');

interface Sent {
  readonly headers: Record<string, string>;
  readonly timed: string;
  readonly body: string;
}

function send(secrets: readonly string[], ageSeconds = 0): Sent {
  const timestamp = Math.floor(Date.now() / 1000) - ageSeconds;
  const signed: Signed = signBody(secrets.map(toSigningKey), { id: 'evt_06f3', timestamp, body });
  return { headers: { 'webhook-id': 'evt_06f3', 'webhook-timestamp': String(timestamp), 'webhook-signature': signed.standard }, timed: signed.timed, body };
}

/** Verifiers that receivers have already, as they come. */
const verifiers: [string, (sent: Sent, key: string) => unknown][] = [
  ['standardwebhooks', (sent, key) => new StandardWebhook(key).verify(sent.body, sent.headers)],
  ['svix', (sent, key) => new SvixWebhook(key).verify(sent.body, sent.headers)],
  ['stripe', (sent, key) => stripe.webhooks.constructEvent(sent.body, sent.timed, key)],
];

describe.each(verifiers)('%s', (_name, verify) => {
  it('accepts a delivery', () => {
    expect(verify(send([secret]), secret)).toEqual(JSON.parse(body));
  });

  it('accepts it by either secret during a rotation', () => {
    const sent = send([secret, former]);
    expect(verify(sent, secret)).toEqual(verify(sent, former));
  });

  it('refuses a changed byte', () => {
    const sent = send([secret]);
    expect(() => verify({ ...sent, body: sent.body.replace('K', 'k') }, secret)).toThrow(/signature/i);
  });

  it('refuses an old timestamp', () => {
    expect(() => verify(send([secret], 3_600), secret)).toThrow(/old|tolerance/i);
  });

  it('refuses another secret', () => {
    expect(() => verify(send([secret]), other)).toThrow(/signature/i);
  });
});

it('the log shows the schemes and nothing that a receiver accepts', () => {
  const signed = signBody([secret, former].map(toSigningKey), { id: 'evt_06f3', timestamp: 1_790_000_000, body });
  expect(schemesOf(signed)).toEqual({ standard: 'v1,… v1,…', timed: 't=1790000000,v1=…,v1=…' });
});
