import type { RequestLog } from '../calls/request-log.js';
import type { FaultList } from '../faults/fault-list.js';
import { readFault } from '../faults/fault.reader.js';
import { jsonReply, type Json, type JsonObject, type Reply } from '../http/reply.js';
import type { AssetStore } from '../ingest/asset-store.js';
import type { UsageMeter } from '../limits/usage-meter.js';
import type { AccountSettings } from '../state/account.settings.js';
import type { Account } from '../state/entities.js';
import type { Store } from '../state/store.js';
import { changedSettings, newAccount } from './account.creation.js';
import { ControlError, type JsonReader } from './json.reader.js';
import { ledgerOf } from './ledger.view.js';

export interface ControlDoor {
  store: Store;
  faults: FaultList;
  assets: AssetStore;
  requests: RequestLog;
  usage: UsageMeter;
}

interface ControlRoute {
  method: string;
  path: RegExp;
  handle: (door: ControlDoor, body: JsonReader, id: string) => Reply | Promise<Reply>;
}

/** Paths below `/_sandbox`. */
export const CONTROL_ROUTES: ControlRoute[] = [
  { method: 'GET', path: /^\/health$/u, handle: () => jsonReply(200, { status: 'ok' }) },
  { method: 'GET', path: /^\/accounts$/u, handle: ({ store }) => jsonReply(200, { data: [...store.world.accounts.values()].map(accountRow) }) },
  { method: 'POST', path: /^\/accounts$/u, handle: createAccount },
  { method: 'GET', path: /^\/accounts\/(\w+)\/ledger$/u, handle: ({ store }, _body, id) => jsonReply(200, ledgerOf(store.world, findAccount(store, id), store.clock.now())) },
  { method: 'POST', path: /^\/accounts\/(\w+)\/settings$/u, handle: changeSettings },
  { method: 'GET', path: /^\/faults$/u, handle: ({ faults }) => jsonReply(200, { data: faults.list().map((fault) => ({ ...fault, match: { ...fault.match }, fault: { ...fault.fault } })) }) },
  { method: 'POST', path: /^\/faults$/u, handle: ({ faults }, body) => addFault(faults, body) },
  { method: 'DELETE', path: /^\/faults$/u, handle: ({ faults }) => { faults.clear(); return jsonReply(200, { deleted: true }); } },
  { method: 'DELETE', path: /^\/faults\/([\w-]+)$/u, handle: removeFault },
  { method: 'GET', path: /^\/clock$/u, handle: ({ store }) => jsonReply(200, clockRow(store)) },
  { method: 'POST', path: /^\/clock$/u, handle: ({ store }, body) => advanceClock(store, body) },
  { method: 'POST', path: /^\/reset$/u, handle: reset },
];

async function createAccount({ store }: ControlDoor, body: JsonReader): Promise<Reply> {
  const account = newAccount(body, store);
  await store.commit({ type: 'account.created', account });
  return jsonReply(201, accountRow(account));
}

async function changeSettings({ store }: ControlDoor, body: JsonReader, id: string): Promise<Reply> {
  const account = findAccount(store, id);
  const settings = changedSettings(body, account.settings);
  await store.commit({ type: 'account.settings_changed', user_id: account.user_id, settings });
  return jsonReply(200, { user_id: account.user_id, settings: settingsRow(settings) });
}

function addFault(faults: FaultList, body: JsonReader): Reply {
  body.allowOnly(['match', 'fault']);
  const { match, fault } = readFault(body);
  return jsonReply(201, { id: faults.add(match, fault).id });
}

function removeFault({ faults }: ControlDoor, _body: JsonReader, id: string): Reply {
  if (!faults.remove(id)) throw new ControlError(404, `there is no fault ${id}`);
  return jsonReply(200, { deleted: true });
}

async function advanceClock(store: Store, body: JsonReader): Promise<Reply> {
  body.allowOnly(['advance_ms']);
  const ms = body.integer('advance_ms', 0, 366 * 86_400_000);
  if (ms === null) throw new ControlError(400, 'advance_ms is required: milliseconds to move the clock forward');
  await store.commit({ type: 'clock.advanced', ms });
  return jsonReply(200, clockRow(store));
}

async function reset({ store, faults, assets }: ControlDoor): Promise<Reply> {
  faults.clear();
  await store.reset();
  await assets.clear();
  return jsonReply(200, { reset: true });
}

function clockRow(store: Store): JsonObject {
  return { now: new Date(store.clock.now()).toISOString(), offset_ms: store.clock.offset };
}

function accountRow(account: Account): Json {
  const { user_id, id, username, name, account_type, followers_count, access_token, settings } = account;
  return { id, user_id, username, name, account_type, followers_count, access_token, settings: settingsRow(settings) };
}

function settingsRow(settings: AccountSettings): JsonObject {
  return { ...settings, throttle: settings.throttle && { ...settings.throttle } };
}

function findAccount(store: Store, userId: string): Account {
  const account = store.world.accounts.get(userId);
  if (!account) throw new ControlError(404, `there is no account with user_id ${userId}; GET /_sandbox/accounts lists them`);
  return account;
}
