import { AppError } from '#kernel/app-error';
import { SystemClock, type Clock } from '#kernel/clock';
import type { EncryptionKey } from '#infra/config/settings';
import { TokenCipher } from '#infra/crypto/token-cipher';
import { Database } from '#infra/database/database';
import { generateApiKey, parseApiKey } from './api-key.js';
import { ApiKeyRepository, type StoredApiKey } from './api-key.repository.js';
import { InstallationRepository } from './installation.repository.js';
import { tokenContext } from './profile-token.js';

export interface AdminConnection {
  readonly databaseUrl: string;
  readonly encryptionKeys: readonly EncryptionKey[];
}

export interface DemoAccount {
  /** The id that publishing paths take. */
  readonly userId: string;
  /** The app-scoped id. */
  readonly id: string;
  readonly username: string;
  readonly accessToken: string;
}

export interface Installation {
  readonly workspaceId: string;
  readonly profileGroupId: string;
  /** Null when no demo account was asked for, or a person's own account stands in its place. */
  readonly profileId: string | null;
}

export type ApiKeySummary = Omit<StoredApiKey, 'secretHash' | 'workspaceId'>;

/** What the command line does without the API: the first workspace, and keys. Close it when done. */
export class AccountsAdmin {
  private readonly keys: ApiKeyRepository;
  private readonly installation: InstallationRepository;

  constructor(
    private readonly database: Database,
    private readonly cipher: TokenCipher,
    private readonly network: string,
    private readonly clock: Clock = new SystemClock(),
  ) {
    this.keys = new ApiKeyRepository(database);
    this.installation = new InstallationRepository(database);
  }

  /** Repeatable: what stands already is kept; the demo account's token is refreshed. */
  async bootstrapInstallation(input: { apiKey: string; demoAccount: DemoAccount | null }): Promise<Installation> {
    const key = parseApiKey(input.apiKey);
    if (!key) throw new AppError('validation_failed', 'The API key is malformed');
    const now = this.clock.now();
    const { workspaceId, profileGroupId } = await this.installation.firstWorkspace(now);
    if (!(await this.keys.findByPrefix(key.prefix))) {
      await this.keys.create(workspaceId, { name: 'First key', profileGroupId: null, key, now });
    }
    const demo = input.demoAccount;
    const profileId = demo && (await this.installation.saveProfile(workspaceId, profileGroupId, this.network, {
      remoteId: demo.userId,
      appScopedId: demo.id,
      username: demo.username,
      seal: (workspace, profile) => this.cipher.encrypt(demo.accessToken, tokenContext(workspace, profile)),
    }, now));
    return { workspaceId, profileGroupId, profileId };
  }

  /** The key is in the answer and nowhere else: it cannot be shown again. */
  async createApiKey(input: { name: string; profileGroupId?: string }): Promise<{ id: string; key: string }> {
    const { workspaceId } = await this.installation.firstWorkspace(this.clock.now());
    const text = generateApiKey();
    const key = parseApiKey(text);
    if (!key) throw new Error('A generated key did not parse');
    const id = await this.keys.create(workspaceId, { name: input.name, profileGroupId: input.profileGroupId ?? null, key, now: this.clock.now() });
    return { id, key: text };
  }

  async listApiKeys(): Promise<ApiKeySummary[]> {
    const { workspaceId } = await this.installation.firstWorkspace(this.clock.now());
    return (await this.keys.list(workspaceId)).map(({ secretHash: _hash, workspaceId: _workspace, ...summary }) => summary);
  }

  async revokeApiKey(id: string): Promise<boolean> {
    const { workspaceId } = await this.installation.firstWorkspace(this.clock.now());
    return this.keys.revoke(workspaceId, id, this.clock.now());
  }

  close(): Promise<void> {
    return this.database.$disconnect();
  }
}

/** Opens the admin on a database of its own. `network` names the network that the demo account belongs to. */
export function openAccountsAdmin(connection: AdminConnection, network: string): AccountsAdmin {
  return new AccountsAdmin(new Database({ url: connection.databaseUrl, poolSize: 2 }), new TokenCipher(connection.encryptionKeys), network);
}
