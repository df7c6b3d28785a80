import ipaddr from 'ipaddr.js';

export interface EgressRules {
  /** Networks (CIDR) that may be reached although they are private or special. */
  readonly allow: readonly string[];
  /** One origin (scheme, host, port) that is ours and exempt, e.g. the sandbox while it plays Instagram; null: none. */
  readonly trustedOrigin: string | null;
}

type Network = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Which addresses a URL given by a user may lead to: the public internet and what the operator listed, nothing else. */
export class EgressPolicy {
  private readonly allowed: readonly Network[];
  private readonly trustedOrigin: string | null;

  constructor(rules: EgressRules) {
    this.allowed = rules.allow.map((network) => ipaddr.parseCIDR(network));
    this.trustedOrigin = rules.trustedOrigin;
  }

  isTrusted(url: URL): boolean {
    return url.origin === this.trustedOrigin;
  }

  /** `address` as a resolver or a URL gives it. IPv4 inside IPv6 (`::ffff:a.b.c.d`) is judged as the IPv4 that it reaches. */
  permits(address: string): boolean {
    if (!ipaddr.isValid(address)) return false;
    const parsed = ipaddr.process(address);
    return isPublic(parsed) || this.allowed.some((network) => contains(network, parsed));
  }
}

/** All of the public IPv6 space lies here; `range()` also says unicast of what nobody has assigned, e.g. `::7f00:1` (`::127.0.0.1`). */
const publicIpv6 = ipaddr.IPv6.parseCIDR('2000::/3');

function isPublic(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return address.range() === 'unicast' && (address.kind() === 'ipv4' || contains(publicIpv6, address));
}

function contains([network, bits]: Network, address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return network.kind() === address.kind() && address.match(network, bits);
}
