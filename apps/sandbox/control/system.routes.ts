import type { Store } from '../state/store.js';
import { getAccount } from './account.view.js';
import { ControlError } from './control-error.js';
import { type ControlDoor, controlRoute, type ControlRoute } from './control-route.js';
import { dictionary, list, object, type Read } from './object.shape.js';
import { anyJson, boolean, described, either, integer, named, nullable, oneOf, optional, decimal, text } from './shape.js';

const tag = 'sandbox';
const MANY = Number.MAX_SAFE_INTEGER;
const YEAR_MS = 366 * 86_400_000;
/** Dates end somewhere; nobody tests beyond. */
const FARTHEST_MS = 100 * YEAR_MS;

const CLOCK = named('Clock', object({
  now: described(text(), 'sandbox time, ISO 8601'),
  offset_ms: described(integer(0, FARTHEST_MS), 'ahead of the real clock'),
}));

const REQUEST_ROW = named('Request', object({
  id: described(integer(1, MANY), 'grows by one with every call of the process'),
  at: described(text(), 'sandbox time of the answer, ISO 8601'),
  method: text(),
  host: described(nullable(text()), "null: called at the sandbox's root"),
  path: described(text(), 'as called, with version'),
  account: described(nullable(object({ user_id: text(), username: text() })), 'whose token came with it'),
  parameters: dictionary(anyJson()),
  status: described(either(integer(100, 599), oneOf(['cut'])), 'cut: the connection was closed without an answer'),
  answer: anyJson(),
  took_ms: decimal(),
  fault_id: nullable(text()),
}));

export const systemRoutes: ControlRoute[] = [
  controlRoute({
    id: 'getHealth', method: 'GET', path: '/health', tag, summary: 'Whether it runs.',
    answer: object({ status: oneOf(['ok']) }),
    handle: () => ({ status: 'ok' }),
  }),
  controlRoute({
    id: 'getClock', method: 'GET', path: '/clock', tag, summary: "The sandbox's own time.",
    answer: CLOCK,
    handle: ({ store }) => clockRow(store),
  }),
  controlRoute({
    id: 'advanceClock', method: 'POST', path: '/clock', tag, summary: 'Move time forward.',
    body: object({ advance_ms: integer(0, YEAR_MS) }), answer: CLOCK, refusals: [409],
    handle: async ({ store }, { body }) => {
      if (store.clock.offset + body.advance_ms > FARTHEST_MS) throw new ControlError(409, 'the clock cannot be more than 100 years ahead; POST /_sandbox/reset sets it back');
      await store.commit({ type: 'clock.advanced', ms: body.advance_ms });
      return clockRow(store);
    },
  }),
  controlRoute({
    id: 'listRequests', method: 'GET', path: '/requests', tag, summary: 'The last 1,000 calls, newest first, secrets masked, long texts cut. In memory only.',
    query: object({
      limit: optional(described(integer(1, 1000), 'default 50')),
      account: optional(described(text(), 'user_id, id or username of the account whose token came with the call')),
    }),
    answer: object({ data: list(REQUEST_ROW, 1000) }), refusals: [404],
    handle: ({ store, requests }, { query }) => {
      const account = query.account === undefined ? null : getAccount(store, query.account);
      return { data: requests.list({ limit: query.limit ?? 50, account }).map((row) => ({ ...row })) };
    },
  }),
  controlRoute({
    id: 'reset', method: 'POST', path: '/reset', tag, summary: 'Forget everything: accounts, posts, apps, faults, calls, the clock.',
    answer: object({ reset: boolean() }),
    handle: reset,
  }),
];

async function reset({ store, faults, assets, requests, usage }: ControlDoor): Promise<{ reset: boolean }> {
  faults.clear();
  usage.reset();
  requests.clear();
  // Both begin without a pause in between: whoever comes while the disk works is in the new world.
  await Promise.all([store.reset(), assets.clear()]);
  return { reset: true };
}

function clockRow(store: Store): Read<typeof CLOCK> {
  return { now: new Date(store.clock.now()).toISOString(), offset_ms: store.clock.offset };
}
