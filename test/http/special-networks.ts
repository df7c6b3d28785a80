export interface SpecialNetwork {
  readonly block: string;
  readonly name: string;
  readonly rfc: string;
}

const rows = (text: string): SpecialNetwork[] =>
  text.trim().split('\n').map((line) => {
    const [block = '', name = '', rfc = ''] = line.split('|').map((cell) => cell.trim());
    return { block, name, rfc };
  });

/** IANA IPv4 Special-Purpose Address Registry, but for what it calls globally reachable; with multicast, which has a registry of its own. */
export const specialIpv4 = rows(`
  0.0.0.0/8          | "This network"                          | RFC 791
  0.0.0.0/32         | "This host on this network"             | RFC 1122
  10.0.0.0/8         | Private-Use                             | RFC 1918
  100.64.0.0/10      | Shared Address Space                    | RFC 6598
  127.0.0.0/8        | Loopback                                | RFC 1122
  169.254.0.0/16     | Link Local                              | RFC 3927
  172.16.0.0/12      | Private-Use                             | RFC 1918
  192.0.0.0/24       | IETF Protocol Assignments               | RFC 6890
  192.0.0.0/29       | IPv4 Service Continuity Prefix          | RFC 7335
  192.0.0.8/32       | IPv4 dummy address                      | RFC 7600
  192.0.0.170/32     | NAT64/DNS64 Discovery                   | RFC 7050
  192.0.0.171/32     | NAT64/DNS64 Discovery                   | RFC 7050
  192.0.2.0/24       | Documentation (TEST-NET-1)              | RFC 5737
  192.88.99.0/24     | Deprecated (6to4 Relay Anycast)         | RFC 7526
  192.88.99.2/32     | 6a44 relay anycast address              | RFC 6751
  192.168.0.0/16     | Private-Use                             | RFC 1918
  198.18.0.0/15      | Benchmarking                            | RFC 2544
  198.51.100.0/24    | Documentation (TEST-NET-2)              | RFC 5737
  203.0.113.0/24     | Documentation (TEST-NET-3)              | RFC 5737
  224.0.0.0/4        | Multicast                               | RFC 5771
  240.0.0.0/4        | Reserved                                | RFC 1112
  255.255.255.255/32 | Limited Broadcast                       | RFC 8190
`);

/** IANA IPv6 Special-Purpose Address Registry, with multicast and what was special once; 6to4, Teredo and NAT64 lead on to IPv4 addresses of the sender's choice. */
export const specialIpv6 = rows(`
  ::1/128            | Loopback Address                        | RFC 4291
  ::/128             | Unspecified Address                     | RFC 4291
  ::/96              | IPv4-compatible (deprecated)            | RFC 4291
  64:ff9b::/96       | IPv4-IPv6 Translation                   | RFC 6052
  64:ff9b:1::/48     | IPv4-IPv6 Translation                   | RFC 8215
  100::/64           | Discard-Only Address Block              | RFC 6666
  100:0:0:1::/64     | Dummy IPv6 Prefix                       | RFC 9780
  2001::/32          | TEREDO                                  | RFC 4380
  2001:2::/48        | Benchmarking                            | RFC 5180
  2001:10::/28       | Deprecated (ORCHID)                     | RFC 4843
  2001:db8::/32      | Documentation                           | RFC 3849
  2002::/16          | 6to4                                    | RFC 3056
  3fff::/20          | Documentation                           | RFC 9637
  5f00::/16          | Segment Routing (SRv6) SIDs             | RFC 9602
  fc00::/7           | Unique-Local                            | RFC 4193
  fe80::/10          | Link-Local Unicast                      | RFC 4291
  fec0::/10          | Site-Local (deprecated)                 | RFC 3879
  ff00::/8           | Multicast                               | RFC 4291
`);

/** First, some middle, and last address of an IPv4 network. */
export function addressesOf(block: string): string[] {
  const [start = '', bits = '32'] = block.split('/');
  const first = start.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(bits));
  return [...new Set([first, first + Math.floor(size / 3), first + size - 1])].map((value) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.'));
}

/** First and last address of an IPv6 network, and one with all of its free half filled. */
export function addressesOfIpv6(block: string): string[] {
  const [start = '', bits = '128'] = block.split('/');
  const [head = '', tail = ''] = start.split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const middle = Array<string>(8 - groups(head).length - groups(tail).length).fill('0');
  const first = [...groups(head), ...middle, ...groups(tail)].reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
  const free = (1n << BigInt(128 - Number(bits))) - 1n;
  return [...new Set([first, first | (free & 0x7f000001n), first | free])].map((value) => Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16)).join(':'));
}

/** Ways to write an IPv4 address in a URL, and ways round through IPv6. */
export function spellingsOf(address: string): Readonly<Record<string, string>> {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  const value = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
  const hex = (number: number): string => number.toString(16);
  const [high, low] = [hex((a << 8) | b), hex((c << 8) | d)];
  const wide = (text: string, from: number): string => [...text].map((digit) => (/\d/.test(digit) ? String.fromCodePoint(from + Number(digit)) : digit)).join('');
  return {
    'dotted': address,
    'dotted, with a dot at the end': `${address}.`,
    'decimal': String(value),
    'hexadecimal': `0x${hex(value)}`,
    'octal': `0${value.toString(8)}`,
    'hexadecimal by part': [a, b, c, d].map((part) => `0x${hex(part)}`).join('.'),
    'octal by part': [a, b, c, d].map((part) => `0${part.toString(8)}`).join('.'),
    'two parts': `${a}.${value & 0xffffff}`,
    'three parts': `${a}.${b}.${value & 0xffff}`,
    'fullwidth digits': wide(address, 0xff10),
    'mathematical digits': wide(address, 0x1d7d8),
    'ideographic dots': address.replaceAll('.', '。'),
    'percent-encoded': [...address].map((digit) => `%${digit.charCodeAt(0).toString(16)}`).join(''),
    'with a port': `${address}:8080`,
    'mapped into IPv6': `[::ffff:${address}]`,
    'mapped, in hexadecimal': `[::ffff:${high}:${low}]`,
    'mapped, written out': `[0:0:0:0:0:ffff:${high}:${low}]`,
    'compatible with IPv6': `[::${high}:${low}]`,
    'translated (NAT64)': `[64:ff9b::${high}:${low}]`,
    'translated locally (NAT64)': `[64:ff9b:1::${high}:${low}]`,
    '6to4': `[2002:${high}:${low}::1]`,
    'Teredo': `[2001:0:${high}:${low}::1]`,
  };
}
