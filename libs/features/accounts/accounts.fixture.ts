import { randomBytes } from 'node:crypto';
import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ClockModule } from '#infra/clock/clock.module';
import { readSettings } from '#infra/config/settings';
import { SettingsModule } from '#infra/config/settings.module';
import { Database } from '#infra/database/database';
import { DatabaseModule } from '#infra/database/database.module';
import { probePort } from '#infra/database/embedded/free-port';
import { configureHttp, createHttpAdapter } from '#infra/http/http-server';
import { createLogger } from '#infra/logging/logger';
import { LoggingModule } from '#infra/logging/logging.module';
import { MetricsModule } from '#infra/metrics/metrics.module';
import { WritesModule } from '#infra/writes/writes.module';
import { after, Clock } from '#kernel/clock';
import { newId } from '#kernel/ids';
import { NetworksModule } from '#networks/networks.module';
import { TestSandbox } from '#testing/sandbox';
import type { SandboxAccount } from '#testing/sandbox-api';
import { createTestDatabase, type TestDatabase } from '#testing/test-database';
import { AccountsApiModule } from './accounts-api.module.js';
import { generateApiKey, parseApiKey } from './api-key.js';
import { ApiKeyRepository } from './api-key.repository.js';
import { permissions } from './permission.js';

/** Runs with the sandbox's clock: `advance` moves both. */
class TestClock extends Clock {
  private ahead = 0;

  override now(): Date {
    return after(new Date(), this.ahead);
  }

  advance(milliseconds: number): void {
    this.ahead += milliseconds;
  }
}

export interface Reply<T> {
  readonly status: number;
  readonly body: T;
}

/** The API of this feature over HTTP, on a database and a sandbox of its own, with time in our hands. */
export class AccountsFixture {
  readonly encryptionKeys = [{ id: 'k1', key: randomBytes(32) }];
  readonly clock = new TestClock();
  private readonly opened: (() => Promise<unknown>)[] = [];

  private constructor(readonly sandbox: TestSandbox, readonly files: TestDatabase, readonly database: Database, readonly url: string) {}

  static async start(): Promise<AccountsFixture> {
    const [files, sandbox, port] = await Promise.all([createTestDatabase(), TestSandbox.start(), probePort(0)]);
    if (port === null) throw new Error('No port is free');
    const fixture = new AccountsFixture(sandbox, files, new Database({ url: files.url, poolSize: 4 }), `http://127.0.0.1:${String(port)}`);
    const app = await NestFactory.create<NestFastifyApplication>(fixture.root(AccountsApiModule), createHttpAdapter(), { logger: false, abortOnError: false });
    await configureHttp(app, silent);
    await app.listen(port, '127.0.0.1');
    fixture.opened.push(() => app.close());
    return fixture;
  }

  async stop(): Promise<void> {
    await Promise.all(this.opened.map((close) => close()));
    await this.database.$disconnect();
    await Promise.all([this.sandbox.close(), this.files.drop()]);
  }

  /** Our clock and the sandbox's. */
  async advance(milliseconds: number): Promise<void> {
    this.clock.advance(milliseconds);
    await this.sandbox.advanceClock(milliseconds);
  }

  /** A workspace with one group and a key. */
  async workspace(): Promise<TestWorkspace> {
    const [id, groupId, now] = [newId('workspace'), newId('profileGroup'), this.clock.now()];
    await this.database.workspace.create({ data: { id, name: 'Test', createdAt: now } });
    await this.database.profileGroup.create({ data: { workspaceId: id, id: groupId, name: 'First', createdAt: now } });
    return new TestWorkspace(this, id, groupId, await this.key(id, null));
  }

  async key(workspaceId: string, profileGroupId: string | null): Promise<string> {
    const text = generateApiKey();
    const key = parseApiKey(text);
    if (!key) throw new Error('A generated key did not parse');
    await new ApiKeyRepository(this.database).create(workspaceId, { name: 'Test', profileGroupId, permissions, expiresAt: null, key, now: this.clock.now() });
    return text;
  }

  account(): Promise<SandboxAccount> {
    return this.sandbox.createAccount({ username: `brand_${randomBytes(5).toString('hex')}` });
  }

  /** Another process on the same rows; closed with the fixture. */
  async process(module: new () => object): Promise<{ get<T>(type: new (...parameters: never[]) => T): T }> {
    const app = await NestFactory.createApplicationContext(this.root(module), { logger: false, abortOnError: false });
    this.opened.push(() => app.close());
    return { get: (type) => app.get(type, { strict: false }) };
  }

  private root(module: new () => object): DynamicModule {
    const settings = {
      ...readSettings({ PUBLIC_URL: this.url, INSTAGRAM_GRAPH_URL: this.sandbox.url }),
      databaseUrl: this.files.url,
      encryptionKeys: this.encryptionKeys,
    };
    return {
      module: Root,
      imports: [SettingsModule.for(settings), ClockModule.with(this.clock), LoggingModule.with(silent), MetricsModule, DatabaseModule.connect(this.files.url, { isWalled: module === AccountsApiModule }), WritesModule, NetworksModule, module],
    };
  }
}

@Module({})
class Root {}

const silent = createLogger({ name: 'test', level: 'silent' });

/** Somebody's own application: calls the API and has people connect their accounts. */
export class TestWorkspace {
  constructor(readonly fixture: AccountsFixture, readonly id: string, readonly groupId: string, readonly key: string) {}

  async call<T = { error: string; code: string }>(method: string, path: string, body?: object, key = this.key): Promise<Reply<T>> {
    const response = await fetch(`${this.fixture.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as T };
  }

  async newGroup(name = 'Another'): Promise<string> {
    return (await this.call<{ id: string }>('POST', '/api/profile_groups', { name })).body.id;
  }

  /** @returns the consent page's address */
  async begin(redirectUrl: string, groupId = this.groupId): Promise<string> {
    const { status, body } = await this.call<{ url: string }>('POST', `/api/profile_groups/${groupId}/initialize_connection`, { platform: 'instagram', redirect_url: redirectUrl });
    if (status !== 200) throw new Error(`initialize_connection answered ${String(status)}: ${JSON.stringify(body)}`);
    return body.url;
  }

  /** The whole way of a person who agrees. @returns where they end */
  async connect(account: SandboxAccount, options: { groupId?: string; grants?: readonly string[]; redirectUrl?: string } = {}): Promise<string> {
    const page = await this.begin(options.redirectUrl ?? 'http://127.0.0.1:9/back?brand=7', options.groupId);
    return this.comeBack(await this.fixture.sandbox.decide(page, { account: account.user_id, ...(options.grants && { grants: options.grants }) }));
  }

  /** Follows the network's redirect to our callback. @returns where that leads */
  async comeBack(location: string): Promise<string> {
    const response = await fetch(location, { redirect: 'manual' });
    return response.headers.get('location') ?? `${String(response.status)} ${await response.text()}`;
  }

  profiles(groupId = this.groupId): Promise<Reply<{ data: { id: string; username: string; status: string; expires_at: string | null }[] }>> {
    return this.call('GET', `/api/profiles?profile_group_id=${groupId}`);
  }

  async events(): Promise<{ type: string; data: Record<string, unknown> }[]> {
    const rows = await this.fixture.database.event.findMany({ where: { workspaceId: this.id }, orderBy: { id: 'asc' } });
    return rows.map(({ type, data }) => ({ type, data: data as Record<string, unknown> }));
  }
}
