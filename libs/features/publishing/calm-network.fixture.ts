import type { Clock } from '#kernel/clock';
import { UsageSource } from '#networks/port/usage-source';
import type { PublishCapability, SocialNetwork } from '#networks/port/social-network';

export interface Publication {
  readonly body: string;
  readonly at: Date;
}

const unused = (): never => {
  throw new Error('Nobody asks this network that');
};

/** A network at the port, for time that is simulated: every container is ready at once, and what was published when is kept. */
export class CalmNetwork implements SocialNetwork {
  readonly name = 'instagram';
  readonly displayName = 'Calm';
  readonly placements = null;
  readonly published: Publication[] = [];
  readonly accounts = { identify: unused, publishingLimit: () => Promise.resolve({ used: 0, total: null, windowSeconds: null }) };
  readonly connection = { permissions: [], authorizeUrl: unused, redeem: unused, refresh: unused, refreshableAfter: 0, readSignedRequest: unused };
  readonly subscriptions = { fieldsFor: () => [], subscribe: unused, unsubscribe: unused };
  readonly validation = { readParams: unused, framing: () => null, judge: unused, ruleOf: () => null, rules: () => [] };
  readonly iceBreakers = { list: unused, replace: unused, clear: unused };
  /** Nothing is ever told to be near a limit. */
  readonly usage = new UsageSource();
  readonly callBudget = () => null;
  readonly publishing: PublishCapability;
  private readonly containers = new Map<string, string>();

  constructor(clock: () => Clock) {
    this.publishing = {
      containerBudget: { amount: 400, windowSeconds: 86_400 },
      childCount: () => 0,
      firstComment: () => null,
      takesFiles: () => false,
      createContainer: (_account, { body }) => {
        const id = `container-${this.containers.size}`;
        this.containers.set(id, body);
        return Promise.resolve(id);
      },
      containerStatus: () => Promise.resolve({ state: 'ready' }),
      publishContainer: (_account, id) => {
        this.published.push({ body: this.containers.get(id) ?? id, at: clock().now() });
        return Promise.resolve(`live-${this.published.length}`);
      },
      permalink: (_account, id) => Promise.resolve(`https://calm.example/${id}`),
      createChildContainer: unused, receivedBytes: unused, sendFile: unused, findPublished: unused, createComment: unused, ownComments: unused,
    };
  }
}
