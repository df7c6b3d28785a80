import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SystemClock, type Clock } from '#kernel/clock';
import { newId } from '#kernel/ids';
import { secretContext, webhookSecret } from '#infra/crypto/encrypted-columns';
import { TokenCipher } from '#infra/crypto/token-cipher';
import { SystemDatabase } from '#infra/database/database';
import { EgressPoster } from '#infra/http/egress/egress-poster';
import type { Resolver } from '#infra/http/egress/guarded-lookup';
import type { PosterLimits } from '#infra/http/egress/post-result';
import { createLogger } from '#infra/logging/logger';
import { Metrics } from '#infra/metrics/metrics';
import { createTestDatabase } from '#testing/test-database';
import { WebhookTarget } from '../webhook-target.js';
import { PumpWebhooksHandler } from './pump-webhooks.handler.js';
import { WebhookCaller } from './webhook-caller.js';
import { WebhookPumpRepository } from './webhook-pump.repository.js';
import { WebhookTrace } from './webhook-trace.js';

export interface Arrival {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Receiver {
  readonly url: string;
  readonly arrivals: Arrival[];
}

type Answer = (response: ServerResponse, arrival: Arrival, request: IncomingMessage) => void;

const answerOk: Answer = (response) => void response.end('ok');

const keys = [{ id: 'k1', key: Buffer.alloc(32, 7) }];

/** A database with a workspace, receivers on this machine, endpoints for them and what delivers to these. */
export class PumpFixture {
  readonly workspaceId = newId('workspace');
  readonly cipher = new TokenCipher(keys);
  private readonly servers: Server[] = [];
  private readonly posters: EgressPoster[] = [];

  private constructor(readonly database: SystemDatabase, readonly databaseUrl: string, private readonly dropDatabase: () => Promise<void>) {}

  static async create(): Promise<PumpFixture> {
    const files = await createTestDatabase();
    const fixture = new PumpFixture(new SystemDatabase({ url: files.url, poolSize: 8 }), files.url, () => files.drop());
    await fixture.database.workspace.create({ data: { id: fixture.workspaceId, name: 'Pumps', createdAt: new Date() } });
    return fixture;
  }

  /** Each as a worker of its own has it. */
  handler({ clock = new SystemClock(), limits = {}, resolve, allow = ['127.0.0.0/8'], prefix = 'x-heliograph-', repository = new WebhookPumpRepository(this.database, this.cipher) }: { clock?: Clock; limits?: Partial<PosterLimits>; resolve?: Resolver; allow?: string[]; prefix?: string; repository?: WebhookPumpRepository } = {}): PumpWebhooksHandler {
    const poster = new EgressPoster(new WebhookTarget({ allowCidrs: allow, ports: null, isHttpAllowed: true }), resolve, limits);
    this.posters.push(poster);
    const trace = new WebhookTrace(createLogger({ name: 'pump', level: 'silent' }), new Metrics());
    return new PumpWebhooksHandler(repository, new WebhookCaller(poster, clock, { webhookHeaderPrefix: prefix }), clock, trace);
  }

  async receiver(answer: Answer = answerOk): Promise<Receiver> {
    const arrivals: Arrival[] = [];
    return { arrivals, url: await this.listen((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
        const arrival = { headers: request.headers, body: Buffer.concat(chunks).toString() };
        arrivals.push(arrival);
        answer(response, arrival, request);
      });
    }) };
  }

  private async listen(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    this.servers.push(server);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?a=1`;
  }

  async endpoint(url: string, more: { maxConcurrency?: number; maxPerSecond?: number } = {}): Promise<{ id: string; secret: string }> {
    const id = newId('webhookEndpoint');
    const now = new Date();
    await this.database.webhookEndpoint.create({ data: { workspaceId: this.workspaceId, id, url, events: ['*'], createdAt: now, updatedAt: now, ...more } });
    await this.database.webhookPump.create({ data: { workspaceId: this.workspaceId, endpointId: id } });
    return { id, secret: await this.secret(id) };
  }

  async secret(endpointId: string, expiresAt: Date | null = null): Promise<string> {
    const [id, secret] = [newId('webhookSecret'), `whsec_${randomBytes(32).toString('base64')}`];
    const sealed = this.cipher.encrypt(secret, secretContext(webhookSecret, this.workspaceId, id));
    await this.database.webhookSecret.create({ data: { workspaceId: this.workspaceId, id, endpointId, secret: sealed, createdAt: new Date(), expiresAt } });
    return secret;
  }

  /** As a relay makes them. @returns their ids */
  async deliveries(endpointId: string, count: number, { dueAt = new Date(), attempts = 0, kind = 'event', withEvent = true } = {}): Promise<string[]> {
    const rows = Array.from({ length: count }, (_, number) => ({ id: newId('webhookDelivery'), event: newId('event'), number: number + 1 }));
    await this.database.$executeRaw`
      WITH made AS (SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS m(id text, event text, number int)), told AS (
        INSERT INTO event (workspace_id, id, type, data, created_at, seq) SELECT ${this.workspaceId}, event, 'post.processed', jsonb_build_object('number', number, 'text', 'ä€😀'), ${dueAt}, number FROM made WHERE ${withEvent}
      ), pumped AS (
        UPDATE webhook_pump SET due_at = LEAST(COALESCE(due_at, ${dueAt}), ${dueAt}) WHERE workspace_id = ${this.workspaceId} AND endpoint_id = ${endpointId}
      )
      INSERT INTO webhook_delivery (workspace_id, id, endpoint_id, event_id, event_type, event_created_at, seq, kind, attempts, next_attempt_at, created_at)
      SELECT ${this.workspaceId}, id, ${endpointId}, event, 'post.processed', ${dueAt}, number, ${kind}::webhook_delivery_kind, ${attempts}, ${dueAt}, ${dueAt} FROM made`;
    return rows.map(({ id }) => id);
  }

  pump(endpointId: string): Promise<NonNullable<Awaited<ReturnType<SystemDatabase['webhookPump']['findFirst']>>>> {
    return this.database.webhookPump.findFirstOrThrow({ where: { workspaceId: this.workspaceId, endpointId } });
  }

  async states(endpointId: string): Promise<Record<string, number>> {
    const rows = await this.database.webhookDelivery.groupBy({ by: ['state'], where: { endpointId }, _count: true });
    return Object.fromEntries(rows.map(({ state, _count }) => [state, _count]));
  }

  attempts(endpointId: string): ReturnType<SystemDatabase['webhookAttempt']['findMany']> {
    return this.database.webhookAttempt.findMany({ where: { endpointId }, orderBy: { id: 'asc' } });
  }

  async drop(): Promise<void> {
    await Promise.all(this.posters.map((poster) => poster.close()));
    for (const server of this.servers) {
      server.closeAllConnections();
      server.close();
    }
    await this.database.$disconnect();
    await this.dropDatabase();
  }
}
