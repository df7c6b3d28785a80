import { newId } from '#kernel/ids';
import { findContext } from '#infra/logging/request-context';
import { digestOf } from './digest.js';

export type Actor = 'api_key' | 'command_line' | 'network';

/** What somebody did. `before` and `after` are the target's facts without secrets; only their digests are kept. */
export interface AuditFact {
  /** e.g. `post.created`. */
  readonly action: string;
  readonly targetId: string;
  /** Null: it belongs to the workspace as a whole. */
  readonly profileGroupId: string | null;
  readonly before?: unknown;
  readonly after?: unknown;
}

export interface AuditEntry {
  readonly workspaceId: string;
  readonly id: string;
  readonly createdAt: Date;
  readonly actor: Actor;
  readonly keyId: string | null;
  readonly requestId: string | null;
  readonly profileGroupId: string | null;
  readonly action: string;
  readonly targetId: string;
  readonly beforeDigest: string | null;
  readonly afterDigest: string | null;
}

/** The entry of a fact. Who did it and in which request comes from the context of the call. */
export function newAuditEntry(workspaceId: string, fact: AuditFact, now: Date, actor: Actor = 'api_key'): AuditEntry {
  const context = findContext();
  return {
    workspaceId,
    id: newId('auditEntry'),
    createdAt: now,
    actor,
    keyId: actor === 'api_key' ? (context?.keyId ?? null) : null,
    requestId: context?.requestId ?? null,
    profileGroupId: fact.profileGroupId,
    action: fact.action,
    targetId: fact.targetId,
    beforeDigest: fact.before === undefined ? null : digestOf(fact.before),
    afterDigest: fact.after === undefined ? null : digestOf(fact.after),
  };
}
