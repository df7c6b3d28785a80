import type { SocialNetwork } from './social-network.js';

/** All networks this installation talks to. The composition root fills it; features look networks up by name. */
export class NetworkRegistry {
  private readonly networks: ReadonlyMap<string, SocialNetwork>;

  constructor(networks: readonly SocialNetwork[]) {
    this.networks = new Map(networks.map((network) => [network.name, network]));
  }

  names(): string[] {
    return [...this.networks.keys()];
  }

  find(name: string): SocialNetwork | null {
    return this.networks.get(name) ?? null;
  }

  /** @throws Error when a stored row names a network that this build does not have: a deployment fault, not user input. */
  get(name: string): SocialNetwork {
    const network = this.networks.get(name);
    if (!network) throw new Error(`No adapter for network "${name}". Known: ${this.names().join(', ')}`);
    return network;
  }
}
