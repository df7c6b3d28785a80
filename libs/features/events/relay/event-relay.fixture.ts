import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { newId } from '#kernel/ids';
import { SystemDatabase } from '#infra/database/database';
import { createTestDatabase } from '#testing/test-database';

export interface EndpointWish {
  readonly events?: readonly string[];
  readonly groupId?: string | null;
  readonly profileIds?: readonly string[];
  readonly isEnabled?: boolean;
  readonly id?: string;
}

export interface EventWish {
  readonly type?: string;
  readonly groupId?: string | null;
  readonly data?: object;
  readonly at?: Date;
}

/** A database with workspaces, endpoints and events as they are before a relay comes by. */
export class RelayFixture {
  private constructor(readonly sql: Client, readonly databaseUrl: string, private readonly dropDatabase: () => Promise<void>, private readonly opened: SystemDatabase[]) {}

  static async create(): Promise<RelayFixture> {
    const files = await createTestDatabase();
    const sql = new Client({ connectionString: files.url });
    await sql.connect();
    return new RelayFixture(sql, files.url, () => files.drop(), []);
  }

  /** Connections of a process of its own. */
  async open(): Promise<SystemDatabase> {
    const database = new SystemDatabase({ url: this.databaseUrl, poolSize: 4 });
    // Only what is connected ends its pool.
    await database.$connect();
    this.opened.push(database);
    return database;
  }

  /** @returns its id; it has the groups `grp_1` and `grp_2` */
  async workspace(): Promise<string> {
    const id = `ws_${randomBytes(8).toString('hex')}`;
    await this.sql.query("INSERT INTO workspace (id, name, created_at) VALUES ($1, 'W', now())", [id]);
    await this.sql.query("INSERT INTO profile_group (workspace_id, id, name, created_at) VALUES ($1, 'grp_1', 'A', now()), ($1, 'grp_2', 'B', now())", [id]);
    return id;
  }

  async endpoint(workspaceId: string, { events = ['*'], groupId = null, profileIds = [], isEnabled = true, id = newId('webhookEndpoint') }: EndpointWish = {}): Promise<string> {
    await this.sql.query(
      "INSERT INTO webhook_endpoint (workspace_id, id, profile_group_id, profile_ids, url, events, enabled, created_at, updated_at) VALUES ($1, $2, $3, $4, 'https://example.org', $5, $6, now(), now())",
      [workspaceId, id, groupId, profileIds, events, isEnabled],
    );
    await this.sql.query('INSERT INTO webhook_pump (workspace_id, endpoint_id) VALUES ($1, $2)', [workspaceId, id]);
    return id;
  }

  async event(workspaceId: string, { type = 'post.created', groupId = null, data = {}, at = new Date() }: EventWish = {}): Promise<string> {
    const id = newId('event');
    await this.sql.query('INSERT INTO event (workspace_id, id, profile_group_id, type, data, created_at) VALUES ($1, $2, $3, $4, $5, $6)', [workspaceId, id, groupId, type, JSON.stringify(data), at]);
    return id;
  }

  /** Many at once. */
  async events(workspaceId: string, count: number, at: Date): Promise<void> {
    const ids = Array.from({ length: count }, () => newId('event'));
    await this.sql.query("INSERT INTO event (workspace_id, id, type, data, created_at) SELECT $1, unnest($2::text[]), 'post.created', '{}', $3", [workspaceId, ids, at]);
  }

  async query<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.sql.query<Row>(text, values)).rows;
  }

  /** What must hold and does not: numbers of a workspace from 1 without a gap, up to its counter; each event once for each of its endpoints (all of them want everything). */
  async faults(): Promise<object[]> {
    return this.query(`
      SELECT e.workspace_id, count(*)::int AS events, count(seq)::int AS numbered, count(DISTINCT seq)::int AS numbers, min(seq) AS first, max(seq) AS last, c.last_seq
      FROM event e LEFT JOIN event_sequence c USING (workspace_id) GROUP BY 1, c.last_seq
      HAVING count(*) <> count(DISTINCT seq) OR min(seq) <> 1 OR max(seq) <> count(*) OR c.last_seq IS DISTINCT FROM max(seq)
      UNION ALL
      SELECT e.workspace_id, count(*)::int, 0, 0, e.seq, 0, 0 FROM event e JOIN webhook_endpoint w USING (workspace_id)
      LEFT JOIN webhook_delivery d ON d.workspace_id = e.workspace_id AND d.event_id = e.id AND d.endpoint_id = w.id AND d.seq = e.seq AND d.event_created_at = e.created_at
      GROUP BY e.workspace_id, e.id, e.seq, w.id HAVING count(d.id) <> 1`);
  }

  async drop(): Promise<void> {
    await Promise.all(this.opened.map((database) => database.$disconnect()));
    await this.sql.end();
    await this.dropDatabase();
  }
}
