import type { JsonObject } from '../../http/reply.js';
import type { Account } from '../../state/entities.js';
import { parseFields } from '../fields.parser.js';
import { invalidParameter } from '../graph-error.js';
import type { GraphCall } from '../graph-route.js';
import { DAY_MS, postsSince } from './quota.rules.js';
import { structField } from './struct.field.js';

const limit = structField<JsonObject>({ quota_usage: null, config: { quota_total: null, quota_duration: null } }, (values) => values);

/** `GET /{ig-id}/content_publishing_limit` (§1.6): without `fields` only `quota_usage`; it is no node and has no id. */
export function readPublishingLimit(call: GraphCall, account: Account): JsonObject {
  const usage = postsSince(call.store.world, account, readSince(call));
  const values: JsonObject = {
    quota_usage: usage,
    config: { quota_total: account.settings.quota_total, quota_duration: DAY_MS / 1000 },
  };
  const fields = parseFields(call.params.text('fields') ?? 'quota_usage');
  limit.check(fields);
  return { data: [limit.read(values, call.view, { name: 'limit', limit: null, fields }) ?? {}] };
}

/** Unix seconds, not older than 24 h. */
function readSince(call: GraphCall): number {
  const since = call.params.integer('since');
  const dayAgo = call.view.now - DAY_MS;
  if (since === null) return dayAgo;
  if (since * 1000 < dayAgo - 1000) throw invalidParameter('Param since must be within the last 24 hours');
  return since * 1000;
}
