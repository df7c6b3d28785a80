import type { Readable } from 'node:stream';
import type { Violation } from '#kernel/app-error';
import type { CallBudget, CallKind } from './call-budget.js';
import type { Framing } from './framing.js';
import type { MediaFacts, MediaKind } from './media-facts.js';
import type { NetworkError, NetworkErrorFacts } from './network-error.js';
import type { RuleDescription } from './rule-description.js';
import type { UsageSource } from './usage-source.js';

/** A connected account, as an adapter needs it. `accountId` is the id that the network's publishing paths take. */
export interface NetworkAccount {
  readonly accountId: string;
  readonly accessToken: string;
}

/** The network's own settings of a post, after `readParams`: known keys only, defaults filled in, JSON-serialisable. */
export type NetworkParams = Readonly<Record<string, unknown>>;

export interface PostContent {
  readonly body: string;
  readonly params: NetworkParams;
  /** In the order of the post. */
  readonly media: readonly MediaFacts[];
}

export interface Judgement {
  readonly violations: readonly Violation[];
  readonly warnings: readonly Violation[];
}

/** Judges before anything is stored or scheduled. Pure: the same input gives the same judgement in every process. */
export interface PostValidation {
  /** Reads the raw `platforms.<network>` object. Unknown keys are violations that name the allowed ones. */
  readParams(raw: Readonly<Record<string, unknown>>): { params: NetworkParams; violations: readonly Violation[] };
  /** What these settings ask for where the file at `index` is outside of the aspect ratios that its rules allow; null: it is judged as it is. */
  framing(params: NetworkParams, media: { readonly kind: MediaKind; readonly index: number }): Framing | null;
  /** Judges the whole post against the network's rules. `media[i]` in paths counts from 0. */
  judge(content: PostContent): Judgement;
  /** Id of the rule that a refusal of this post tells of, if the post breaks one such; null: it does not. */
  ruleOf(content: PostContent, refusal: Pick<NetworkErrorFacts, 'code' | 'subcode'>): string | null;
  /** Every rule that `readParams` and `judge` know, with the figures that count in this installation; their ids are those of violations. */
  rules(): readonly RuleDescription[];
}

/** One file of a post where the network can fetch it: publicly reachable from the network's point of view. */
export interface DeliverableMedia {
  readonly kind: MediaKind;
  readonly url: string;
  /** The container waits for the file (`sendFile`); the network does not fetch it. */
  readonly isSent?: boolean;
}

export interface PublishRequest {
  readonly body: string;
  readonly params: NetworkParams;
  readonly media: readonly DeliverableMedia[];
}

/** The rest of a file from `offset` on. Whoever is given it destroys `body`. */
export interface FilePart {
  readonly body: Readable;
  readonly offset: number;
  readonly sizeBytes: number;
  /** Breaks the transfer off; its reason is thrown then. */
  readonly signal: AbortSignal;
}

export type ContainerStatus =
  | { readonly state: 'in_progress' }
  | { readonly state: 'ready' }
  | { readonly state: 'published' }
  | { readonly state: 'expired' }
  /** `error` carries the class and the network's subcode, like any failed call. */
  | { readonly state: 'failed'; readonly error: NetworkError };

/**
 * Publishing in the network's three moves: make containers, ask whether they are ready, publish.
 *
 * Contract: every method makes exactly one outside call, retries nothing itself, respects a total timeout and throws only
 * `NetworkError`. No method has a memory; the caller persists intent before and outcome after each call.
 * After `publishContainer` went through, `containerStatus` must answer `published` (never `ready` again): a caller in
 * doubt relies on it to know whether publishing once more is safe.
 */
export interface PublishCapability {
  /** How many containers an account may make within a rolling window. */
  readonly containerBudget: { readonly amount: number; readonly windowSeconds: number };
  /** How many child containers the post needs first; 0 when the post is a single container. */
  childCount(request: PublishRequest): number;
  createChildContainer(account: NetworkAccount, request: PublishRequest, index: number): Promise<string>;
  /** `children` are the ready child containers in order; empty for a single container. */
  createContainer(account: NetworkAccount, request: PublishRequest, children: readonly string[]): Promise<string>;
  containerStatus(account: NetworkAccount, containerId: string): Promise<ContainerStatus>;
  /** Whether containers of this account take such a file from us; `isSent` then says so when they are made. */
  takesFiles(account: NetworkAccount, kind: MediaKind): boolean;
  /** How many bytes of its file a container has. */
  receivedBytes(account: NetworkAccount, containerId: string): Promise<number>;
  /** `retry_later`: go on from `receivedBytes`. `rejected`: the account has no such way, use a link. */
  sendFile(account: NetworkAccount, containerId: string, part: FilePart): Promise<void>;
  /** Answers the remote id of the new post. Classes on doubt: `outcome_unknown`. */
  publishContainer(account: NetworkAccount, containerId: string): Promise<string>;
  permalink(account: NetworkAccount, remoteId: string): Promise<string | null>;
  /**
   * Candidates for the post that a container became when the answer with its id was lost: ids of posts newer than
   * `publishedAfter` whose text and type match. The caller drops those it knows already and accepts one only if it is alone.
   */
  findPublished(account: NetworkAccount, request: PublishRequest, publishedAfter: Date): Promise<string[]>;
  /** The first comment of this request, or null when it has none. */
  firstComment(request: PublishRequest): string | null;
  createComment(account: NetworkAccount, remoteId: string, text: string): Promise<string>;
  /** Own comments on the post, newest first: how a lost answer to `createComment` is resolved. */
  ownComments(account: NetworkAccount, remoteId: string): Promise<readonly { id: string; text: string; at: Date }[]>;
}

export interface AccountIdentity {
  /** Id in publishing paths and webhooks. */
  readonly accountId: string;
  /** Id in token and data-deletion callbacks; a different number. */
  readonly appScopedId: string;
  readonly username: string;
  readonly name: string | null;
  readonly avatarUrl: string | null;
}

/** How much an account may still publish, as its network counts. */
export interface PublishingLimit {
  readonly used: number;
  /** null: the network did not say. */
  readonly total: number | null;
  /** Length of the rolling window. */
  readonly windowSeconds: number | null;
}

export interface AccountCapability {
  /** Who the token belongs to. */
  identify(accessToken: string): Promise<AccountIdentity>;
  publishingLimit(account: NetworkAccount): Promise<PublishingLimit>;
}

export interface IssuedToken {
  readonly accessToken: string;
  readonly expiresAt: Date;
}

/** What a network signed: of which account it speaks (its app-scoped id), and since when. */
export interface SignedRequest {
  readonly appScopedId: string;
  /** null: the network did not say. */
  readonly issuedAt: Date | null;
}

export interface ConnectedAccount {
  readonly identity: AccountIdentity;
  readonly token: IssuedToken;
  /** What the person granted, in the network's names; they may have granted less than was asked. */
  readonly permissions: readonly string[];
}

/**
 * Connecting an account and keeping it connected. No method has a memory or repeats a call; all that call out throw only
 * `NetworkError` and respect a timeout for each call.
 */
export interface ConnectionCapability {
  /** Each permission that is asked for, with what does not work without it. */
  readonly permissions: readonly { readonly name: string; readonly allows: string }[];
  /** The page on which the person agrees, or null when this installation has no app of the network. */
  authorizeUrl(input: { readonly state: string; readonly redirectUri: string }): string | null;
  /** The code of the person's return becomes an account with a long-lived token: three calls, each once. `redirectUri` as in `authorizeUrl`. */
  redeem(code: string, redirectUri: string): Promise<ConnectedAccount>;
  /** A new token for one that still works; the old one stays valid. `needs_reauth`: it is dead. */
  refresh(accessToken: string): Promise<IssuedToken>;
  /** How old a token must be before `refresh` is possible, in milliseconds. */
  readonly refreshableAfter: number;
  /** The account (its app-scoped id) that a signed callback of the network speaks of; null when no secret of ours signed it. */
  readSignedRequest(text: string): SignedRequest | null;
}

/** A place within an account that can be posted to, such as a board or a page. */
export interface Placement {
  readonly id: string;
  readonly name: string;
}

export interface PlacementCapability {
  list(account: NetworkAccount): Promise<readonly Placement[]>;
}

/** A question that people see before they write for the first time; `payload` comes back when they tap it. */
export interface IceBreaker {
  readonly question: string;
  readonly payload: string;
}

/** Every method makes one outside call, which may be repeated without harm, and throws only `NetworkError`. */
export interface IceBreakerCapability {
  list(account: NetworkAccount): Promise<readonly IceBreaker[]>;
  /** These, in this order, and no others. */
  replace(account: NetworkAccount, iceBreakers: readonly IceBreaker[]): Promise<void>;
  clear(account: NetworkAccount): Promise<void>;
}

/**
 * Having a network tell us what happens to an account. One call each, with a timeout, throwing only `NetworkError`; both may be
 * repeated: subscribing again replaces what was subscribed, unsubscribing what is not is no failure.
 */
export interface SubscriptionCapability {
  /** What can be subscribed to with these permissions, in the network's names. No permissions: nobody knows, so everything. */
  fieldsFor(permissions: readonly string[]): readonly string[];
  subscribe(account: NetworkAccount, fields: readonly string[]): Promise<void>;
  unsubscribe(account: NetworkAccount): Promise<void>;
}

/** What one social network can do. A feature asks for a capability; it never names a network. */
export interface SocialNetwork {
  /** As in `platform` of the API, e.g. `instagram`. */
  readonly name: string;
  /** As people write it, for sentences. */
  readonly displayName: string;
  readonly accounts: AccountCapability;
  readonly connection: ConnectionCapability;
  readonly subscriptions: SubscriptionCapability;
  readonly validation: PostValidation;
  readonly publishing: PublishCapability;
  /** null: an account is one place. */
  readonly placements: PlacementCapability | null;
  readonly iceBreakers: IceBreakerCapability;
  /** Of all its calls, whoever made them. */
  readonly usage: UsageSource;
  /** How many calls of a kind an account may make; null: as many as the limits on all calls let it. Without the account, the least that any has. */
  callBudget(kind: CallKind, account?: NetworkAccount): CallBudget | null;
}
