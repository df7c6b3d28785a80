import type { CallBudget, CallKind } from '#networks/port/call-budget';

type Login = 'instagram' | 'facebook';

/** One row of §3. Without `login`: whichever login the token is from. */
interface BudgetRow extends CallBudget {
  readonly login?: Login;
}

const documented = (where: string): CallBudget['source'] => ({ standing: 'documented', where });
const messengerLimits = documented('Messenger Platform rate limits');

/** A figure of 2019 that nothing has replaced. */
export const formerCommentLimit = 60;

const rows: readonly BudgetRow[] = [
  { kind: 'comment', amount: formerCommentLimit, windowSeconds: 3_600, source: { standing: 'withdrawn', where: 'a revision of the documentation of 2019, as quoted in InstaPy/InstaPy #3854' } },
  { kind: 'private_reply', amount: 750, windowSeconds: 3_600, source: messengerLimits },
  { kind: 'live_private_reply', amount: 100, windowSeconds: 1, source: messengerLimits },
  { kind: 'message', login: 'instagram', amount: 100, windowSeconds: 1, source: documented('Instagram Platform: Overview') },
  { kind: 'message', login: 'facebook', amount: 300, windowSeconds: 1, source: messengerLimits },
  { kind: 'media_message', amount: 10, windowSeconds: 1, source: documented('Instagram Platform: Overview') },
  { kind: 'conversation', amount: 2, windowSeconds: 1, source: messengerLimits },
  { kind: 'hashtag', amount: 30, windowSeconds: 7 * 86_400, source: documented('IG Hashtag Search') },
  { kind: 'ice_breakers', amount: 10, windowSeconds: 600, source: documented('Ice Breakers: Reference') },
  { kind: 'like', amount: 50, windowSeconds: 5, source: documented('User Likes') },
];

/** Tokens of Facebook Login begin with `EAA` `[recalled]`. Without a token nobody knows, and Instagram Login has the smaller figures. */
export function budgetFor(kind: CallKind, { accessToken, commentsPerHour }: { readonly accessToken: string | null; readonly commentsPerHour: number }): CallBudget | null {
  const login: Login = accessToken?.startsWith('EAA') ? 'facebook' : 'instagram';
  const row = rows.find((each) => each.kind === kind && (each.login ?? login) === login);
  if (!row) return null;
  const { amount, windowSeconds, source } = row;
  if (kind !== 'comment') return { kind, amount, windowSeconds, source };
  return commentsPerHour === 0 ? null : { kind, amount: commentsPerHour, windowSeconds, source };
}
