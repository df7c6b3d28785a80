import { AppError, validationFailed } from '#kernel/app-error';
import { after, SystemClock, type Clock } from '#kernel/clock';
import type { EncryptionKey } from '#infra/config/settings';
import { TokenCipher } from '#infra/crypto/token-cipher';
import { SystemDatabase } from '#infra/database/database';
import { newAuditEntry } from '#infra/writes/audit-entry';
import { writeAudit } from '#infra/writes/audit.repository';
import type { Transaction } from '#infra/writes/unit-of-work';
import { newApiKey, parseApiKey } from './api-key.js';
import { ApiKeyRepository, type StoredApiKey } from './api-key.repository.js';
import { expiryProblem, keyFacts, keyState, longestName, longestOverlap, missingPermission } from './api-key.rules.js';
import { InstallationRepository } from './installation.repository.js';
import { isPermission, permissions, type Permission } from './permission.js';
import { ProfileGroupRepository } from './profile-group.repository.js';
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

export type ApiKeySummary = Omit<StoredApiKey, 'secretHash' | 'workspaceId'> & { readonly state: 'active' | 'revoked' | 'expired'; readonly mayEverything: boolean };

/** What the command line does without the API: the first workspace, and keys. Close it when done. */
export class AccountsAdmin {
  private readonly keys: ApiKeyRepository;
  private readonly groups: ProfileGroupRepository;
  private readonly installation: InstallationRepository;

  constructor(
    private readonly database: SystemDatabase,
    private readonly cipher: TokenCipher,
    private readonly network: string,
    private readonly clock: Clock = new SystemClock(),
  ) {
    this.keys = new ApiKeyRepository(database);
    this.groups = new ProfileGroupRepository(database);
    this.installation = new InstallationRepository(database);
  }

  /** Repeatable: what stands already is kept; the demo account's token is refreshed. */
  async bootstrapInstallation(input: { apiKey: string; demoAccount: DemoAccount | null }): Promise<Installation> {
    const key = parseApiKey(input.apiKey);
    if (!key) throw new AppError('validation_failed', 'The API key is malformed');
    const now = this.clock.now();
    const { workspaceId, profileGroupId } = await this.installation.firstWorkspace(now);
    if (!(await this.keys.findByPrefix(key.prefix))) {
      await this.change('api_key.created', now, async (tx) => ({ key: await this.keys.create(workspaceId, { name: 'First key', profileGroupId: null, permissions, expiresAt: null, key, now }, tx) }));
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

  /** The key is in the answer and nowhere else: it cannot be shown again. @throws AppError not_found, validation_failed */
  async createApiKey(input: { name: string; profileGroupId?: string; permissions?: readonly string[]; expiresAt?: Date }): Promise<{ id: string; key: string }> {
    const now = this.clock.now();
    const { workspaceId } = await this.installation.firstWorkspace(now);
    const profileGroupId = input.profileGroupId ?? null;
    if (profileGroupId && !(await this.groups.findForCall(workspaceId, { requested: profileGroupId, keyGroupId: null }))) throw new AppError('not_found', `There is no profile group ${profileGroupId}`);
    const problem = expiryProblem(input.expiresAt ?? null, null, now);
    if (problem) throw validationFailed([problem]);
    if (input.name.trim() === '' || input.name.length > longestName) throw new AppError('validation_failed', `The name of a key has 1 to ${longestName} characters`);
    const wanted = readPermissions(input.permissions ?? permissions);
    const { text, parsed } = newApiKey();
    const facts = { name: input.name, profileGroupId, permissions: wanted, expiresAt: input.expiresAt ?? null };
    const stored = await this.change('api_key.created', now, async (tx) => ({ key: await this.keys.create(workspaceId, { ...facts, key: parsed, now }, tx) }));
    return { id: stored?.id ?? '', key: text };
  }

  /** Null when the key is gone, revoked, expired or rotated already. @throws AppError validation_failed */
  async rotateApiKey(id: string, overlapMs: number): Promise<{ id: string; key: string; oldEndsAt: Date } | null> {
    if (overlapMs > longestOverlap) throw new AppError('validation_failed', 'The old key may go on working for 30 days at most');
    const now = this.clock.now();
    const { workspaceId } = await this.installation.firstWorkspace(now);
    const { text, parsed } = newApiKey();
    const before = await this.keys.find(workspaceId, id);
    const successor = { key: parsed, oldEndsAt: after(now, overlapMs), now };
    const stored = await this.change('api_key.rotated', now, async (tx) => ({ key: await this.keys.rotate(workspaceId, id, successor, tx), before }));
    const old = stored && (await this.keys.find(workspaceId, id));
    return stored && { id: stored.id, key: text, oldEndsAt: old?.expiresAt ?? now };
  }

  async listApiKeys(): Promise<ApiKeySummary[]> {
    const { workspaceId } = await this.installation.firstWorkspace(this.clock.now());
    const now = this.clock.now();
    return (await this.keys.list(workspaceId)).map(({ secretHash: _hash, workspaceId: _workspace, ...summary }) => ({
      ...summary,
      state: keyState(summary, now),
      mayEverything: missingPermission(summary.permissions, permissions) === null,
    }));
  }

  async revokeApiKey(id: string): Promise<boolean> {
    const { workspaceId } = await this.installation.firstWorkspace(this.clock.now());
    const now = this.clock.now();
    const before = await this.keys.find(workspaceId, id);
    return (await this.change('api_key.revoked', now, async (tx) => ({ key: await this.keys.revoke(workspaceId, id, now, tx), before }))) !== null;
  }

  /** A change of a key with its entry in the audit. Without a key there was nothing to change. */
  private change(action: string, now: Date, work: (tx: Transaction) => Promise<{ key: StoredApiKey | null; before?: StoredApiKey | null }>): Promise<StoredApiKey | null> {
    return this.database.$transaction(async (tx) => {
      const { key, before } = await work(tx);
      if (!key) return null;
      const fact = { action, targetId: before?.id ?? key.id, profileGroupId: key.profileGroupId, ...(before ? { before: keyFacts(before) } : {}), after: keyFacts(key) };
      await writeAudit(tx, [newAuditEntry(key.workspaceId, fact, now, 'command_line')]);
      return key;
    });
  }

  close(): Promise<void> {
    return this.database.$disconnect();
  }
}

function readPermissions(names: readonly string[]): Permission[] {
  const unknown = names.filter((name) => !isPermission(name));
  const problem = unknown.length > 0 ? `There is no permission "${unknown.join('", "')}"` : names.length === 0 ? 'A key needs a permission' : null;
  if (problem) throw new AppError('validation_failed', `${problem}. Permissions are some of ${permissions.join(', ')}`);
  return [...new Set(names.filter(isPermission))];
}

/** Opens the admin on a database of its own. `network` names the network that the demo account belongs to. */
export function openAccountsAdmin(connection: AdminConnection, network: string): AccountsAdmin {
  return new AccountsAdmin(new SystemDatabase({ url: connection.databaseUrl, poolSize: 2 }), new TokenCipher(connection.encryptionKeys), network);
}
