/**
 * Calls that a network counts apart from its limits on all calls. What is counted: `hashtag`, different hashtags; the rest, each call.
 * `media_message`: with sound or video; `live_private_reply`: to a comment on a broadcast, while it runs.
 */
export type CallKind = 'comment' | 'private_reply' | 'live_private_reply' | 'message' | 'media_message' | 'conversation' | 'hashtag' | 'ice_breakers' | 'like';

/** How many calls of a kind an account may make within a rolling window. */
export interface CallBudget {
  readonly kind: CallKind;
  readonly amount: number;
  readonly windowSeconds: number;
  /** Where the figure stands; `withdrawn`: it stood there once, and whether it still holds nobody says. */
  readonly source: { readonly standing: 'documented' | 'withdrawn'; readonly where: string };
}
