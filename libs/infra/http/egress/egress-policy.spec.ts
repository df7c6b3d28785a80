import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '#kernel/app-error';
import { readSettings } from '#infra/config/settings';
import { egressPolicy } from './egress.module.js';
import { EgressPolicy } from './egress-policy.js';
import { readTarget } from './egress-target.js';

const policy = new EgressPolicy({ allow: [], trustedOrigin: null });

/** IANA IPv4 special-purpose registry, with multicast, as [first, last]. The oracle is written apart from what the code uses. */
const special = [
  '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24',
  '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4',
].map((network) => {
  const [address = '', bits = ''] = network.split('/');
  const first = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return [first, first + 2 ** (32 - Number(bits)) - 1] as const;
});
/** Globally reachable exceptions inside special blocks, which a stricter guard may refuse as well. */
const ambiguous = [[0xc0000000, 0xc00000ff], [0xc0586300, 0xc05863ff], [0xc01fc400, 0xc01fc4ff], [0xc034c100, 0xc034c1ff], [0xc0af3000, 0xc0af30ff]] as const;

const within = (ranges: readonly (readonly [number, number])[], value: number): boolean => ranges.some(([first, last]) => value >= first && value <= last);
const octets = (value: number): [number, number, number, number] => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
const hex = (value: number): string => value.toString(16);

/** Every spelling of one IPv4 address that a URL understands. */
function spellings(value: number): string[] {
  const [a, b, c, d] = octets(value);
  const dotted = `${a}.${b}.${c}.${d}`;
  return [
    dotted, `${dotted}.`, String(value), `0x${hex(value)}`, `0${value.toString(8)}`, `${a}.${value & 0xffffff}`, `${a}.${b}.${value & 0xffff}`,
    `0x${hex(a)}.0${b.toString(8)}.${c}.0x${hex(d)}`, `[::ffff:${dotted}]`, `[::ffff:${hex((a << 8) | b)}:${hex((c << 8) | d)}]`,
    `%3${String(a)[0]}${dotted.slice(1)}`, dotted.replaceAll('.', '。'),
  ];
}

function isRefused(url: string): boolean {
  try {
    readTarget(url, policy);
    return false;
  } catch (error) {
    if (error instanceof AppError && error.code === 'egress_refused') return true;
    throw error;
  }
}

describe('readTarget', () => {
  it('refuses special IPv4 addresses in every spelling', () => {
    const address = fc.constantFrom(...special).chain(([first, last]) => fc.integer({ min: first, max: last }));
    fc.assert(fc.property(address, (value) => {
      for (const host of spellings(value)) expect(isRefused(`http://${host}/`), host).toBe(true);
    }), { numRuns: 500 });
  });

  it('lets public IPv4 addresses pass in every spelling', () => {
    const address = fc.integer({ min: 0, max: 0xffffffff }).filter((value) => !within(special, value) && !within(ambiguous, value));
    fc.assert(fc.property(address, (value) => {
      for (const host of spellings(value)) expect(isRefused(`https://${host}/`), host).toBe(false);
    }), { numRuns: 500 });
  });

  it('refuses IPv6 outside of the public space and IPv4 hidden in IPv6', () => {
    const tail = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 6, maxLength: 6 }).map((groups) => groups.map(hex).join(':'));
    const prefix = fc.constantFrom('fc00:0', 'fd12:3456', 'fe80:0', 'febf:1', 'fec0:0', 'ff02:0', '2001:db8', '2002:7f00', '2001:0', '3fff:0', '64:ff9b', '100:0');
    fc.assert(fc.property(prefix, tail, (start, end) => {
      const isPrefixOnly = start === '64:ff9b' || start === '100:0'; // /96 and /64: the rest must be zero
      const rest = isPrefixOnly ? end.split(':').map((group, index) => (index < (start === '100:0' ? 2 : 4) ? '0' : group)).join(':') : end;
      expect(isRefused(`http://[${start}:${rest}]/`), start).toBe(true);
    }));
  });

  it('refuses every IPv6 address outside of 2000::/3, assigned or not', () => {
    const group = fc.integer({ min: 0, max: 0xffff });
    const first = fc.integer({ min: 0, max: 0xffff }).filter((value) => value >>> 13 !== 1);
    fc.assert(fc.property(first, fc.array(group, { minLength: 7, maxLength: 7 }), (start, rest) => {
      const isMapped = start === 0 && rest.slice(0, 4).every((value) => value === 0) && rest[4] === 0xffff;
      fc.pre(!isMapped);
      expect(isRefused(`http://[${[start, ...rest].map(hex).join(':')}]/`)).toBe(true);
    }), { numRuns: 500 });
  });

  it('lets public IPv6 pass', () => {
    expect(['2606:4700:4700::1111', '2a00:1450:4001:812::200e'].map((host) => isRefused(`https://[${host}]/`))).toEqual([false, false]);
  });

  it.each(['http://[::]/', 'http://[::1]/', 'http://[::127.0.0.1]/', 'http://[0:0:0:0:0:ffff:7f00:1]/', 'http://[64:ff9b::a9fe:a9fe]/', 'http://2130706433/', 'http://0/'])(
    'refuses %s', (url) => {
      expect(isRefused(url)).toBe(true);
    },
  );

  it.each(['ftp://example.com/a', 'file:///etc/passwd', 'data:image/png;base64,AAAA', 'gopher://example.com', 'javascript:1', '//example.com/a', 'picture.jpg', '', 'http://', 'https://user:secret@example.com/', 'https://user@example.com/'])(
    'refuses %j', (url) => {
      expect(isRefused(url)).toBe(true);
    },
  );

  it('lets names pass for the lookup to judge and resolves redirects against their page', () => {
    expect(readTarget('https://example.com/a b?c=d', policy).href).toBe('https://example.com/a%20b?c=d');
    expect(readTarget('../x.jpg', policy, new URL('https://example.com/a/b')).href).toBe('https://example.com/x.jpg');
  });
});

describe('EgressPolicy', () => {
  it('permits the networks of the operator and nothing beside them', () => {
    const lenient = new EgressPolicy({ allow: ['10.1.0.0/16', 'fd00::/8'], trustedOrigin: null });
    expect(['10.1.2.3', '::ffff:10.1.2.3', 'fd12::1', '8.8.8.8'].map((address) => lenient.permits(address))).toEqual([true, true, true, true]);
    expect(['10.2.0.1', 'fc00::1', '127.0.0.1', 'not an address'].map((address) => lenient.permits(address))).toEqual([false, false, false, false]);
  });

  it('trusts the sandbox only while it plays Instagram, and only its exact origin', () => {
    const sandbox = egressPolicy(readSettings({ SANDBOX_PORT: '3999' }));
    expect(sandbox.isTrusted(new URL('http://127.0.0.1:3999/x.jpg'))).toBe(true);
    for (const other of ['http://127.0.0.1:3998/', 'https://127.0.0.1:3999/', 'http://localhost:3999/', 'http://127.0.0.1/']) {
      expect(sandbox.isTrusted(new URL(other)), other).toBe(false);
    }
    const real = egressPolicy(readSettings({
      INSTAGRAM_API_VERSION: 'v25.0', PUBLIC_URL: 'https://media.example.com', INSTAGRAM_GRAPH_URL: 'http://127.0.0.1:3999',
    }));
    expect(real.isTrusted(new URL('http://127.0.0.1:3999/x.jpg'))).toBe(false);
  });
});
