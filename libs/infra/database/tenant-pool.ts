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
    if (!handover) return new Promise((resolve, reject) => this.connect((error, client) => (client ? resolve(client) : reject(error ?? new Error('No connection')))));
    // Now, not when a connection comes free: by then it may be another call's turn that goes on here.
    const workspaceId = findContext()?.workspaceId ?? '';
    super.connect((error, client, done) => {
      if (!client || this.shown.get(client) === workspaceId) handover(error, client, done);
      else this.wall(client, workspaceId, handover, done);
    });
  }

  private wall(client: PoolClient, workspaceId: string, handover: Handover, done: (release?: Error | boolean) => void): void {
    const query = { name: 'heliograph_wall', text: "SELECT set_config('role', $1, false), set_config('heliograph.workspace', $2, false)", values: [tenantRole, workspaceId] };
    client.query(query, (error: Error | null) => {
      if (error) {
        done(true);
        handover(error, undefined, () => undefined);
      } else {
        this.shown.set(client, workspaceId);
        handover(undefined, client, done);
      }
    });
  }
}
