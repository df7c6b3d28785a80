import { deepEqual } from 'node:assert/strict';
import { Client } from 'pg';

const workspaceId = 'ws_of_the_bystander';

/**
 * Somebody else's workspace in the database of a test, with rows under the same ids as the tested one: whatever forgets the workspace
 * in a query hits it. When the platform closes, its rows must be what they were, byte for byte.
 */
export class Bystander {
  private constructor(private readonly databaseUrl: string, private readonly before: Readonly<Record<string, string>>) {}

  static async settle(databaseUrl: string): Promise<Bystander> {
    return withClient(databaseUrl, async (sql) => {
      const { rows: [own] } = await sql.query<{ id: string }>('SELECT id FROM workspace');
      if (!own) throw new Error('The tested workspace comes first');
      await sql.query("INSERT INTO workspace VALUES ($1, 'Somebody else', now())", [workspaceId]);
      for (const table of ['profile_group', 'profile']) {
        await sql.query(`INSERT INTO ${table} SELECT (jsonb_populate_record(t, jsonb_build_object('workspace_id', $2::text))).* FROM ${table} t WHERE workspace_id = $1`, [own.id, workspaceId]);
      }
      // Another account: to a network the same one in two workspaces would be one. Nothing of it is due, so no worker has a reason to touch it.
      await sql.query("UPDATE profile SET remote_id = '1', app_scoped_id = '2', access_token = '', webhook_due_at = NULL WHERE workspace_id = $1", [workspaceId]);
      await addPosts(sql, own.id);
      return new Bystander(databaseUrl, await rowsOf(sql));
    });
  }

  async expectUntouched(): Promise<void> {
    await withClient(this.databaseUrl, async (sql) => deepEqual(await rowsOf(sql), this.before));
  }
}

/** Posts in every state that has come to rest, with media, targets, attempts, events and an entry in the audit. */
async function addPosts(sql: Client, ownId: string): Promise<void> {
  const { rows: [profile] } = await sql.query<{ id: string; groupId: string }>('SELECT id, profile_group_id AS "groupId" FROM profile WHERE workspace_id = $1', [ownId]);
  if (!profile) throw new Error('The tested workspace has no profile');
  for (const [id, status] of [['post_1', 'draft'], ['post_2', 'processed'], ['post_3', 'scheduled']]) {
    const values = [workspaceId, id, profile.groupId, status];
    await sql.query("INSERT INTO post (workspace_id, id, profile_group_id, body, status, source, created_at, updated_at) VALUES ($1, $2, $3, 'of somebody else', $4::post_status, 'heliograph', now(), now())", values);
    await sql.query("INSERT INTO media (workspace_id, id, post_id, position, status, content_type, width, height, size_bytes, original_key, delivery_key, created_at) VALUES ($1, 'med_' || $2, $2, 0, 'processed', 'image/jpeg', 1, 1, 1, 'x', 'x', now())", values.slice(0, 2));
    await sql.query("INSERT INTO platform_post (workspace_id, id, post_id, profile_id, network, params, status, step, created_at, updated_at) VALUES ($1, 'pp_' || $2, $2, $3, 'instagram', '{}', 'published', 'done', now(), now())", [workspaceId, id, profile.id]);
    await sql.query("INSERT INTO publish_attempt (workspace_id, id, platform_post_id, step, request_id, started_at) VALUES ($1, 'att_' || $2, 'pp_' || $2, 'publishing', 'req', now())", values.slice(0, 2));
  }
  await sql.query("INSERT INTO event (workspace_id, id, type, data, created_at, seq) VALUES ($1, 'evt_1', 'post.created', jsonb_build_object('id', $2::text), now(), 1)", [workspaceId, profile.id]);
  await sql.query('INSERT INTO event_sequence (workspace_id, last_seq) VALUES ($1, 1)', [workspaceId]);
  await sql.query("INSERT INTO audit_entry (workspace_id, id, created_at, actor, action, target_id) VALUES ($1, 'aud_1', now(), 'api_key', 'post.created', 'post_1')", [workspaceId]);
}

async function rowsOf(sql: Client): Promise<Record<string, string>> {
  const tables = await sql.query<{ name: string }>("SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'workspace_id' ORDER BY 1");
  const rows: Record<string, string> = {};
  for (const { name } of tables.rows) {
    const found = await sql.query<{ text: string }>(`SELECT coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '') AS text FROM ${name} t WHERE workspace_id = $1`, [workspaceId]);
    rows[name] = found.rows[0]?.text ?? '';
  }
  return rows;
}

async function withClient<T>(databaseUrl: string, use: (sql: Client) => Promise<T>): Promise<T> {
  const sql = new Client({ connectionString: databaseUrl });
  await sql.connect();
  return use(sql).finally(() => sql.end());
}
