import type { NetworkParams, PostContent, SocialNetwork } from '#networks/port/social-network';
import { InstagramAccounts } from './accounts.js';
import { InstagramConnection, type AppSettings } from './connection/connection.js';
import { GraphClient, type GraphClientOptions } from './graph/graph-client.js';
import { InstagramIceBreakers } from './ice-breakers.js';
import { readInstagramParams } from './params/params-reader.js';
import { InstagramPublishing } from './publishing/publishing.js';
import { InstagramSubscriptions } from './subscriptions.js';
import { judgePost } from './rules/judge.js';

/** Without an app, accounts can be published to and not connected. */
export interface InstagramOptions extends GraphClientOptions {
  readonly settings: GraphClientOptions['settings'] & Partial<AppSettings>;
}

/** Instagram through the Graph API with Instagram Login (§0). One per process: it owns the connection pool. */
export class InstagramNetwork implements SocialNetwork {
  readonly name = 'instagram';
  readonly displayName = 'Instagram';
  private readonly graph: GraphClient;
  readonly accounts: InstagramAccounts;
  readonly publishing: InstagramPublishing;
  readonly connection: InstagramConnection;
  readonly placements = null;
  readonly iceBreakers: InstagramIceBreakers;
  readonly subscriptions: InstagramSubscriptions;
  readonly validation = {
    readParams: (raw: Readonly<Record<string, unknown>>) => {
      const { params, violations } = readInstagramParams(raw);
      return { params: { ...params } satisfies NetworkParams, violations };
    },
    judge: (content: PostContent) => judgePost(content),
  };

  constructor(options: InstagramOptions) {
    this.graph = new GraphClient(options);
    this.accounts = new InstagramAccounts(this.graph);
    this.publishing = new InstagramPublishing(this.graph);
    this.iceBreakers = new InstagramIceBreakers(this.graph);
    this.subscriptions = new InstagramSubscriptions(this.graph);
    this.connection = new InstagramConnection(options, this.accounts);
  }

  /** Nest calls it after the last request; without Nest, call it yourself. Calls under way are cut. */
  onApplicationShutdown(): void {
    this.graph.close();
    this.connection.close();
  }
}

/** For programs without Nest. */
export function createInstagramNetwork(options: InstagramOptions): InstagramNetwork {
  return new InstagramNetwork(options);
}
