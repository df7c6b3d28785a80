import type { VideoUpload } from '#infra/config/environment';
import { UsageSource } from '#networks/port/usage-source';
import type { CallBudget, CallKind } from '#networks/port/call-budget';
import type { NetworkAccount, NetworkParams, PostValidation, SocialNetwork } from '#networks/port/social-network';
import { InstagramAccounts } from './accounts.js';
import { budgetFor, formerCommentLimit } from './call-budgets.js';
import { InstagramConnection, type AppSettings } from './connection/connection.js';
import { GraphClient, type GraphClientOptions } from './graph/graph-client.js';
import { InstagramIceBreakers } from './ice-breakers.js';
import { readInstagramParams } from './params/params-reader.js';
import { FileUpload, type UploadTimeouts } from './publishing/file-upload.js';
import { InstagramPublishing } from './publishing/publishing.js';
import { InstagramSubscriptions } from './subscriptions.js';
import { describeRules } from './rules/describe-rules.js';
import { framingOf } from './rules/framing.js';
import { judgePost } from './rules/judge.js';
import type { MediaLimitsMode } from './rules/media-limit.js';
import { ruleOfRefusal } from './rules/refused-rule.js';

/** Without an app, accounts can be published to and not connected. Without `mediaLimits` they are lenient. `commentsPerHour` 0: no limit. */
export interface InstagramOptions extends GraphClientOptions {
  readonly settings: GraphClientOptions['settings'] & Partial<AppSettings> & { readonly mediaLimits?: MediaLimitsMode; readonly videoUpload?: VideoUpload; readonly commentsPerHour?: number };
  readonly uploadTimeouts?: Partial<UploadTimeouts>;
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
  readonly usage = new UsageSource();
  readonly validation: PostValidation;

  constructor(private readonly options: InstagramOptions) {
    this.validation = validationFor(options.settings.mediaLimits ?? 'lenient');
    this.graph = new GraphClient({ ...options, usage: this.usage });
    this.accounts = new InstagramAccounts(this.graph);
    this.publishing = new InstagramPublishing(this.graph, new FileUpload(options), options.settings.videoUpload);
    this.iceBreakers = new InstagramIceBreakers(this.graph);
    this.subscriptions = new InstagramSubscriptions(this.graph);
    this.connection = new InstagramConnection(options, this.accounts);
  }

  callBudget(kind: CallKind, account?: NetworkAccount): CallBudget | null {
    return budgetFor(kind, { accessToken: account?.accessToken ?? null, commentsPerHour: this.options.settings.commentsPerHour ?? formerCommentLimit });
  }

  /** Nest calls it after the last request; without Nest, call it yourself. Calls under way are cut. */
  onApplicationShutdown(): void {
    this.graph.close();
    this.connection.close();
  }
}

function validationFor(mode: MediaLimitsMode): PostValidation {
  return {
    readParams: (raw) => {
      const { params, violations } = readInstagramParams(raw);
      return { params: { ...params } satisfies NetworkParams, violations };
    },
    framing: framingOf,
    judge: (content) => judgePost(content, mode),
    ruleOf: ruleOfRefusal,
    rules: () => describeRules(mode),
  };
}

/** For programs without Nest. */
export function createInstagramNetwork(options: InstagramOptions): InstagramNetwork {
  return new InstagramNetwork(options);
}
