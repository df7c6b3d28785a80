import type { NetworkParams, PostContent, SocialNetwork } from '#networks/port/social-network';
import { InstagramAccounts } from './accounts.js';
import { GraphClient, type GraphClientOptions } from './graph/graph-client.js';
import { readInstagramParams } from './params/params-reader.js';
import { InstagramPublishing } from './publishing/publishing.js';
import { judgePost } from './rules/judge.js';

/** Instagram through the Graph API with Instagram Login (§0). One per process: it owns the connection pool. */
export class InstagramNetwork implements SocialNetwork {
  readonly name = 'instagram';
  readonly displayName = 'Instagram';
  readonly accounts: InstagramAccounts;
  readonly publishing: InstagramPublishing;
  readonly validation = {
    readParams: (raw: Readonly<Record<string, unknown>>) => {
      const { params, violations } = readInstagramParams(raw);
      return { params: { ...params } satisfies NetworkParams, violations };
    },
    judge: (content: PostContent) => judgePost(content),
  };

  constructor(private readonly graph: GraphClient) {
    this.accounts = new InstagramAccounts(graph);
    this.publishing = new InstagramPublishing(graph);
  }

  /** Nest calls it after the last request; without Nest, call it yourself. Calls under way are cut. */
  onApplicationShutdown(): void {
    this.graph.close();
  }
}

/** For programs without Nest. */
export function createInstagramNetwork(options: GraphClientOptions): InstagramNetwork {
  return new InstagramNetwork(new GraphClient(options));
}
