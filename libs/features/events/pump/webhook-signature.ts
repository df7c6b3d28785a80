import { createHmac } from 'node:crypto';

export interface Signed {
  /** Standard Webhooks. */
  readonly standard: string;
  /** The scheme of Stripe. */
  readonly timed: string;
}

/** What signs: the parts of a secret `whsec_<base64>` as both schemes want them. Made once for as many deliveries as there are. */
export interface SigningKey {
  readonly text: string;
  readonly bytes: Buffer;
}

const secretPrefix = 'whsec_';

export function toSigningKey(secret: string): SigningKey {
  const encoded = secret.startsWith(secretPrefix) ? secret.slice(secretPrefix.length) : secret;
  return { text: secret, bytes: Buffer.from(encoded, 'base64') };
}

/**
 * Both signatures of a body, by every key that counts (two during a rotation): `v1,<base64>` over `id.timestamp.body` with the decoded secret, and
 * `t=…,v1=<hex>` over `timestamp.body` with the secret's whole text.
 */
export function signBody(keys: readonly SigningKey[], { id, timestamp, body }: { readonly id: string; readonly timestamp: number; readonly body: string }): Signed {
  const head = `${id}.${timestamp}.`;
  return {
    standard: keys.map(({ bytes }) => `v1,${createHmac('sha256', bytes).update(head).update(body).digest('base64')}`).join(' '),
    timed: [`t=${timestamp}`, ...keys.map(({ text }) => `v1=${createHmac('sha256', text).update(`${timestamp}.`).update(body).digest('hex')}`)].join(','),
  };
}

/** For the log: what was signed how, and nothing that a receiver would accept. */
export function schemesOf({ standard, timed }: Signed): Signed {
  return { standard: standard.replace(/,[^ ]+/g, ',…'), timed: timed.replace(/(v1=)[0-9a-f]+/g, '$1…') };
}
