import 'reflect-metadata';
import { after, seconds } from '#kernel/clock';
import { newId } from '#kernel/ids';
import type { SystemDatabase } from '#infra/database/database';
import { leaseLength, PublishLeaseRepository, type DueTarget } from './publish-lease.repository.js';
import { PublishTargetRepository } from './publish-target.repository.js';

// Loaded into a worker before its main, to show that the chaos harness sees what fencing prevents: here nobody asks who holds a row.
// It is handed out while it is worked on, every two seconds, everybody gets a lease, and every write goes through.

const databaseOf = (repository: object): SystemDatabase => Reflect.get(repository, 'database') as SystemDatabase;

PublishLeaseRepository.prototype.claimDue = async function claimDue(now: Date): Promise<DueTarget[]> {
  return databaseOf(this).$queryRaw<DueTarget[]>`
    UPDATE platform_post SET dispatched_until = ${after(now, seconds(2))}, dispatches = dispatches + 1
    WHERE due_at <= ${now} AND (dispatched_until IS NULL OR dispatched_until <= ${now})
    RETURNING workspace_id AS "workspaceId", id, dispatches, due_at AS "dueAt", request_id AS "requestId", traceparent`;
};

PublishLeaseRepository.prototype.acquire = async function acquireAnyway(workspaceId, id, now) {
  const lease = newId('lease');
  const taken = await databaseOf(this).$executeRaw`
    UPDATE platform_post SET lease = ${lease}, leased_until = ${after(now, leaseLength)}, status = 'processing', attempted_at = COALESCE(attempted_at, ${now})
    WHERE workspace_id = ${workspaceId} AND id = ${id} AND due_at <= ${now}`;
  return taken === 1 ? lease : null;
};

async function seize(repository: object, { workspaceId, id }: { workspaceId: string; id: string }, lease: string, now: Date): Promise<void> {
  await databaseOf(repository).platformPost.updateMany({ where: { workspaceId, id }, data: { lease, leasedUntil: after(now, leaseLength) } });
}

const begin: PublishTargetRepository['begin'] = Reflect.get(PublishTargetRepository.prototype, 'begin');
const settle: PublishTargetRepository['settle'] = Reflect.get(PublishTargetRepository.prototype, 'settle');

PublishTargetRepository.prototype.begin = async function beginAnyway(tenure, attempt) {
  await seize(this, tenure.target, tenure.lease, tenure.now);
  return begin.call(this, tenure, attempt);
};

PublishTargetRepository.prototype.settle = async function settleAnyway(tenure, change) {
  await seize(this, tenure.target, tenure.lease, tenure.now);
  return settle.call(this, tenure, change);
};
