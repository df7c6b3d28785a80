import { Pool, type PoolClient } from 'pg';
import { findContext } from '#infra/logging/request-context';
import { tenantRole } from './tenant-role.js';

type Handover = (error: Error | undefined, client: PoolClient | undefined, done: (release?: Error | boolean) => void) => void;

/**
 * Connections that show one workspace's rows only: those of the workspace whose key made the call, whatever a query says (row-level
 * security). Work that no key has identified sees nothing. A connection is told its workspace when that changes, so an
 * installation with one workspace pays for it once.
 */
export class TenantPool extends Pool {
  private readonly shown = new WeakMap<PoolClient, string>();

  override connect(): Promise<PoolClient>;
  override connect(handover: Handover): void;
  override connect(handover?: Handover): Promise<PoolClient> | void {
    // Now, not when a connection comes free: by then it may be another call's turn that goes on here.
    const workspaceId = findContext()?.workspaceId ?? '';
    const walled = super.connect().then((client) => this.wall(client, workspaceId));
    if (!handover) return walled;
    walled.then(
      (client) => handover(undefined, client, (release) => client.release(release)),
      (error: unknown) => handover(error instanceof Error ? error : new Error(String(error)), undefined, () => undefined),
    );
  }

  private async wall(client: PoolClient, workspaceId: string): Promise<PoolClient> {
    if (this.shown.get(client) === workspaceId) return client;
    try {
      await client.query({ name: 'heliograph_wall', text: "SELECT set_config('role', $1, false), set_config('heliograph.workspace', $2, false)", values: [tenantRole, workspaceId] });
    } catch (error) {
      client.release(true);
      throw error;
    }
    this.shown.set(client, workspaceId);
    return client;
  }
}
