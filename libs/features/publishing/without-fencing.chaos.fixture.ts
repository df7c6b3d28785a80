import 'reflect-metadata';
import { after } from '#kernel/clock';
import { newId } from '#kernel/ids';
import type { SystemDatabase } from '#infra/database/database';
import { leaseLength, PublishLeaseRepository, type DueTarget } from './publish-lease.repository.js';
import { PublishTargetRepository } from './publish-target.repository.js';

// Loaded into a worker before its main, to show that the chaos harness sees what fencing prevents: here nobody asks who holds a row.
// It is handed out while it is worked on, everybody gets a lease, and every write goes through.

const databaseOf = (repository: object): SystemDatabase => Reflect.get(repository, 'database') as SystemDatabase;

PublishLeaseRepository.prototype.claimDue = async function claimDue(now: Date): Promise<DueTarget[]> {
  return databaseOf(this).$queryRaw<DueTarget[]>`
    UPDATE platform_post SET dispatches = dispatches + 1 WHERE due_at <= ${now}
    RETURNING workspace_id AS "workspaceId", id, dispatches, due_at AS "dueAt", request_id AS "requestId", traceparent`;
};

PublishLeaseRepository.prototype.acquire = async (_workspaceId, _id, _now) => newId('lease');

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
