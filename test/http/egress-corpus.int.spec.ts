import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EgressPolicy } from '#infra/http/egress/egress-policy';
import { readTarget } from '#infra/http/egress/egress-target';
import { AppError } from '#kernel/app-error';
import { LiveApi } from './live-api.js';
import { addressesOf, addressesOfIpv6, specialIpv4, specialIpv6, spellingsOf } from './special-networks.js';

const schemes = ['http', 'https'];
const policy = new EgressPolicy({ allow: [], trustedOrigin: null });

let api: LiveApi;
beforeAll(async () => {
  // Nothing special is allowed, and no sandbox plays the network.
  api = await LiveApi.start(20, null, { EGRESS_ALLOW: '', WEBHOOK_ALLOW_HTTP: 'on', WEBHOOK_PORTS: 'any', INSTAGRAM_API_VERSION: 'v25.0', PUBLIC_URL: 'https://media.example.com' });
}, 60_000);
afterAll(() => api?.close());

interface Refusal {
  readonly status: number;
  readonly code: string;
}
interface Answer extends Refusal {
  /** Of a dry run, which answers 200. */
  readonly rules: readonly string[];
}

const refusalOf = ({ status, code }: Refusal): Refusal => ({ status, code });
/** What a dry run says as the call itself would. */
const asRefusal = ({ status, code, rules: [rule] }: Answer): Refusal => (status === 200 && rule !== undefined ? { status: 422, code: rule.replace('media.', '') } : { status, code });

async function send(method: string, url: string, body: object): Promise<Answer> {
  const answer = await api.send({ method, operationId: null, url, body: JSON.stringify(body), headers: { authorization: `Bearer ${api.key}`, 'content-type': 'application/json' } });
  const { code, violations = [] } = JSON.parse(answer.text) as { code: string; violations?: readonly { readonly rule: string }[] };
  return { status: answer.status, code, rules: violations.map(({ rule }) => rule) };
}

const post = (fields: object): object => ({ post: { body: randomUUID(), draft: true }, profiles: ['instagram'], ...fields });

let webhook: Promise<string> | undefined;
/** One whose name nobody finds, so it is accepted and not verified. */
function aWebhook(): Promise<string> {
  webhook ??= api.send({ method: 'POST', operationId: null, url: '/api/webhooks', body: JSON.stringify({ url: 'https://hooks.invalid/in', events: ['*'] }), headers: { authorization: `Bearer ${api.key}`, 'content-type': 'application/json' } })
    .then(({ text }) => (JSON.parse(text) as { id: string }).id);
  return webhook;
}

/** Every way by which somebody can name an address that we are to call. A new one is a line here. */
const entryPoints: Readonly<Record<string, (url: string) => Promise<Refusal>>> = {
  'media of a new post': (url) => send('POST', '/api/posts', post({ media: [url] })),
  'media of a post that is only judged': async (url) => asRefusal(await send('POST', '/api/posts/validate', post({ media: [url] }))),
  'cover of a new reel': (url) => send('POST', '/api/posts', { ...post({ media: [url] }), platforms: { instagram: { format: 'reel', cover_url: url } } }),
  'a new webhook': (url) => send('POST', '/api/webhooks', { url, events: ['*'] }),
  'another address of a webhook': async (url) => send('PATCH', `/api/webhooks/${await aWebhook()}`, { url }),
};

const ipv4 = specialIpv4.flatMap(({ block, name, rfc }) => addressesOf(block).map((address) => ({ address, label: `${address}, ${name} (${rfc})` })));
const ipv6 = specialIpv6.flatMap(({ block, name, rfc }) => addressesOfIpv6(block).map((address) => ({ address, label: `${address}, ${name} (${rfc})` })));

function isRefused(url: string): boolean {
  try {
    readTarget(url, policy);
    return false;
  } catch (error) {
    if (error instanceof AppError && error.code === 'egress_refused') return true;
    throw error;
  }
}

describe('the policy', () => {
  it.each(ipv4)('refuses $label however it is written', ({ address }) => {
    for (const [spelling, host] of Object.entries(spellingsOf(address))) for (const scheme of schemes) expect(isRefused(`${scheme}://${host}/hook`), spelling).toBe(true);
    expect(policy.permits(address)).toBe(false);
  });

  it.each(ipv6)('refuses $label', ({ address }) => {
    for (const scheme of schemes) expect(isRefused(`${scheme}://[${address}]/hook`)).toBe(true);
    expect(policy.permits(address)).toBe(false);
  });

  it.each(['1.1.1.1', '8.8.8.8', '100.63.255.255', '128.0.0.1', '169.253.255.255', '172.32.0.0', '192.167.255.255', '223.255.255.255'])('lets %s pass, which lies beside', (address) => {
    for (const [spelling, host] of Object.entries(spellingsOf(address))) {
      if (!/compatible|translated|6to4|Teredo/.test(spelling)) expect(isRefused(`https://${host}/hook`), spelling).toBe(false);
    }
  });
});

/** One address of each network, in turn in each spelling: every network and every spelling comes to every door. */
const knocks = specialIpv4.flatMap(({ block }, index) => {
  const [address = ''] = addressesOf(block).slice(-1);
  const spellings = Object.entries(spellingsOf(address));
  return [0, 7, 15].map((step) => spellings[(index + step) % spellings.length] ?? ['', '']);
});
const doors = [...knocks, ...specialIpv6.map(({ block, name }) => [name, `[${addressesOfIpv6(block)[0] ?? ''}]`] as const)];

describe.each(Object.entries(entryPoints))('%s', (_name, knock) => {
  it('is refused for every special network, in every spelling', async () => {
    expect(new Set(knocks.map(([spelling]) => spelling)).size).toBe(Object.keys(spellingsOf('127.0.0.1')).length);
    for (let from = 0; from < doors.length; from += 20) {
      const some = doors.slice(from, from + 20);
      const answers = await Promise.all(some.map(async ([label, host]) => ({ label, host, ...refusalOf(await knock(`http://${host}/a.jpg`)) })));
      expect(answers).toEqual(some.map(([label, host]) => ({ label, host, status: 422, code: 'egress_refused' })));
    }
    expect(await api.query('SELECT 1 FROM post')).toEqual([]);
  }, 60_000);
});
