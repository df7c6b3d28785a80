import type { NetworkErrorClass } from '#networks/port/network-error';

/**
 * What the failed call was for. The same code means different things: an unknown server fault while creating a container
 * costs nothing, while publishing it leaves open whether the post is live.
 *
 * - `create` makes a container · `status` asks a container · `publish` publishes it
 * - `comment` writes a comment · `read` reads anything else (account, media, comments)
 */
export type CallStep = 'create' | 'status' | 'publish' | 'comment' | 'read';

/** The retry classes of Meta's reference as we use them (instagram-graph.md §2.2), plus those that depend on the step. */
export type ErrorPolicy =
  | 'backoff' | 'ambiguous' | 'poll' | 'recreate' | 'quota' | 'reauth' | 'user' | 'fix'
  | 'action_blocked' | 'container_missing' | 'object_missing' | 'duplicate' | 'undocumented';

type ClassByStep = Readonly<Record<CallStep, NetworkErrorClass>>;

const always = (errorClass: NetworkErrorClass): ClassByStep => ({
  create: errorClass, status: errorClass, publish: errorClass, comment: errorClass, read: errorClass,
});

/** The one place where a policy and a step become the class that a worker acts on. */
export const errorPolicies: Readonly<Record<ErrorPolicy, ClassByStep>> = {
  backoff: always('retry_later'),
  /** The effect may have happened: only a call that has none may simply be repeated (§1.4). */
  ambiguous: { ...always('retry_later'), publish: 'outcome_unknown', comment: 'outcome_unknown' },
  poll: always('poll'),
  /** A comment or a plain read has no container to make anew. */
  recreate: { ...always('recreate'), comment: 'rejected', read: 'retry_later' },
  quota: always('rate_limited'),
  reauth: always('needs_reauth'),
  user: always('needs_user'),
  fix: always('rejected'),
  /** 4/2207051: posts were found live after this answer to a publish; a container is not a post (gitroomhq/postiz-app #1681). */
  action_blocked: { ...always('needs_user'), publish: 'outcome_unknown', comment: 'outcome_unknown' },
  /** 24/2207008: Meta calls it temporary, and a container that is already published answers the same (§2.3, §11.2). */
  container_missing: { create: 'recreate', status: 'retry_later', publish: 'outcome_unknown', comment: 'rejected', read: 'retry_later' },
  /** 100/33: also a read-after-write fault on fresh containers and media, on which nothing happened (postiz-app #1562, #1568). */
  object_missing: { create: 'rejected', status: 'retry_later', publish: 'rejected', comment: 'retry_later', read: 'retry_later' },
  /** 506: "duplicate" may speak of our own first attempt. */
  duplicate: { ...always('rejected'), publish: 'outcome_unknown', comment: 'outcome_unknown' },
  /**
   * "Any unknown 2207xxx: one RECREATE" (§2.3), but never on top of a publish that may have gone through: the container is
   * asked first, and its own error leads to a new one.
   */
  undocumented: { create: 'recreate', status: 'recreate', publish: 'outcome_unknown', comment: 'outcome_unknown', read: 'retry_later' },
};
