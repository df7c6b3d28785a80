import { crashPoint } from '#kernel/crash-point';
import type { PublishAction } from './publish.action.js';
import type { Settlement } from './publish.settlement.js';

/** The intent is stored, the call is not out. */
export async function beforeCall(targetId: string, { kind }: PublishAction): Promise<void> {
  if (kind === 'create' || kind === 'create_child') await crashPoint('K1', targetId);
  if (kind === 'check' || kind === 'check_child') await crashPoint('K4', targetId);
  if (kind === 'read_permalink') await crashPoint('K7', targetId);
}

/** The answer is here and not stored. */
export async function afterCall(targetId: string, { kind }: PublishAction): Promise<void> {
  if (kind === 'create' || kind === 'create_child') await crashPoint('K3', targetId);
  if (kind === 'publish') await crashPoint('K6', targetId);
}

/** The outcome is stored with its events, which nobody has been told yet. */
export async function afterCommit(targetId: string, { events }: Settlement): Promise<void> {
  if (events.length > 0) await crashPoint('K8', targetId);
}
