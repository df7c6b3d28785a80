import { isIP } from 'node:net';
import { AppError } from '#kernel/app-error';
import { seconds } from '#kernel/clock';
import type { WebhookSettings } from '#infra/config/settings';
import { EgressPolicy } from '#infra/http/egress/egress-policy';
import { readTarget, refusedHost } from '#infra/http/egress/egress-target';
import { systemResolver, type Resolver } from '#infra/http/egress/guarded-lookup';

/** A resolver that is silent for longer is like one that knows no such host: the delivery decides. */
const longestLookup = seconds(2);

/** Where webhooks may go. The same guard for whoever takes an address down and whoever calls it. */
export class WebhookTarget {
  readonly policy: EgressPolicy;

  constructor(
    private readonly rules: WebhookSettings,
    private readonly resolve: Resolver = systemResolver,
  ) {
    this.policy = new EgressPolicy({ allow: rules.allowCidrs, trustedOrigin: null });
  }

  /** What can be judged without asking DNS: scheme, port, and a host that is an address. @throws AppError egress_refused */
  read(text: string): URL {
    const url = readTarget(text, this.policy);
    if (url.protocol !== 'https:' && !this.rules.isHttpAllowed) throw new AppError('egress_refused', 'A webhook must have an https address');
    const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
    if (this.rules.ports && !this.rules.ports.includes(port)) throw new AppError('egress_refused', `Webhooks are not sent to port ${port}, only to ${this.rules.ports.join(', ')}`);
    return url;
  }

  /**
   * The same with DNS.
   * @returns whether its host is at a permitted address now; false: no address was found, which the next delivery may
   * @throws AppError egress_refused when any of its addresses is not permitted
   */
  async check(text: string): Promise<boolean> {
    const { hostname } = this.read(text);
    if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) return true;
    const addresses = await this.addressesOf(hostname);
    if (!addresses.every((address) => this.policy.permits(address))) throw refusedHost(hostname);
    return addresses.length > 0;
  }

  private async addressesOf(hostname: string): Promise<readonly string[]> {
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<[]>((resolve) => (timer = setTimeout(() => resolve([]), longestLookup)));
    // Why a name was not found changes nothing: it is marked as not verified, and tried again with each delivery.
    const found = this.resolve(hostname).then((addresses) => addresses.map(({ address }) => address), () => []);
    return Promise.race([found, silence]).finally(() => clearTimeout(timer));
  }
}
