import type { JsonObject } from '../../http/reply.js';
import type { IceBreakerSet } from '../../state/entities.js';
import { MESSENGER_PROFILE_CALLS } from '../../state/messenger-profiles.js';
import { GraphError, invalidParameter } from '../graph-error.js';
import type { GraphCall } from '../graph-route.js';
import { readIceBreakers } from './ice-breakers.reader.js';

/** The one field of Messenger's profile that Instagram has here; the persistent menu is another one of Meta's (§5.4 has ice breakers only). */
const FIELD = 'ice_breakers';

/** `GET /me/messenger_profile?fields=ice_breakers` (§5.4): an entry for each locale, or the old format, as it was set. */
export async function readProfile(call: GraphCall): Promise<JsonObject> {
  requirePlatform(call, { isDocumented: false });
  requireField(call);
  await admit(call);
  return { data: call.store.world.messengerProfiles.iceBreakersOf(call.account.user_id).map(show) };
}

/** `POST` replaces the set, of all locales. */
export async function setProfile(call: GraphCall): Promise<JsonObject> {
  requirePlatform(call, { isDocumented: true });
  const sets = readIceBreakers(call.params);
  await admit(call);
  await call.store.commit({ type: 'ice_breakers.changed', user_id: call.account.user_id, sets });
  return { success: true };
}

/** `DELETE` with `fields: ["ice_breakers"]` takes all locales away; none being there is not documented and no fault here. */
export async function deleteProfile(call: GraphCall): Promise<JsonObject> {
  requirePlatform(call, { isDocumented: false });
  requireField(call);
  await admit(call);
  await call.store.commit({ type: 'ice_breakers.changed', user_id: call.account.user_id, sets: [] });
  return { success: true };
}

function show({ locale, call_to_actions: questions }: IceBreakerSet): JsonObject {
  const actions = questions.map(({ question, payload }) => ({ question, payload }));
  return locale === null ? { ice_breakers: actions } : { call_to_actions: actions, locale };
}

/** Facebook Login's page has a profile of its own in Messenger, which only `platform=instagram` tells apart; with Instagram Login the body of a POST names it. */
function requirePlatform({ params, login }: GraphCall, { isDocumented }: { isDocumented: boolean }): void {
  const platform = params.text('platform');
  if (platform === null && login === 'instagram' && !isDocumented) return;
  if (platform !== 'instagram') throw invalidParameter('Param platform must be instagram');
}

function requireField({ params }: GraphCall): void {
  const fields = params.list('fields') ?? [];
  if (fields.length === 0) throw invalidParameter('The parameter fields is required');
  const unknown = fields.find((field) => field !== FIELD);
  if (unknown !== undefined) throw invalidParameter(`Param fields[0] must be one of {${FIELD}}, not ${unknown}`);
}

/** §3: ten calls in ten minutes. The code is not documented: 613 is that of limits of one API. Refused calls do not count. */
async function admit({ store, account, effect }: GraphCall): Promise<void> {
  if (effect.isRepeat) return;
  const now = store.clock.now();
  if (store.world.messengerProfiles.recentCalls(account.user_id, now) >= MESSENGER_PROFILE_CALLS) throw new GraphError('613');
  await store.commit({ type: 'messenger_profile.called', user_id: account.user_id, at: now });
}
