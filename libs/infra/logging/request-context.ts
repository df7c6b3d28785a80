import { AsyncLocalStorage } from 'node:async_hooks';

/** What every log line and every outgoing call of one unit of work carries. */
export interface RequestContext {
  /** From the HTTP request, or made for the job; the thread through HTTP, queue and outgoing calls. */
  readonly requestId: string;
  readonly jobName?: string;
  /** Whose call it is, once a key has told. Database connections show this workspace's rows and no others. */
  workspaceId?: string;
  keyId?: string;
  /** Which groups the key may see, and which one the call is about. */
  scope?: string;
}

const storage = new AsyncLocalStorage<RequestContext>();

export function runInContext<T>(context: RequestContext, work: () => T): T {
  return storage.run(context, work);
}

export function findContext(): RequestContext | null {
  return storage.getStore() ?? null;
}

/** From here on the unit of work acts for this workspace. */
export function identifyContext(caller: { workspaceId: string; keyId: string; scope: string }): void {
  const context = storage.getStore();
  if (!context) throw new Error('A call outside of any context cannot be identified');
  Object.assign(context, caller);
}

/** The same for a call without a key, whose signed link names the workspace. */
export function enterWorkspace(workspaceId: string): void {
  const context = storage.getStore();
  if (!context) throw new Error('A call outside of any context has no workspace');
  context.workspaceId = workspaceId;
}

/** What a log line says of it. */
export function contextFields(): object {
  const { scope: _scope, ...fields } = storage.getStore() ?? {};
  return fields;
}
