import { AsyncLocalStorage } from 'node:async_hooks';

/** What every log line and every outgoing call of one unit of work carries. */
export interface RequestContext {
  /** From the HTTP request, or made for the job; the thread through HTTP, queue and outgoing calls. */
  readonly requestId: string;
  readonly workspaceId?: string;
  readonly jobName?: string;
}

const storage = new AsyncLocalStorage<RequestContext>();

export function runInContext<T>(context: RequestContext, work: () => T): T {
  return storage.run(context, work);
}

export function findContext(): RequestContext | null {
  return storage.getStore() ?? null;
}
