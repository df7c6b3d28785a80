import { JobDispatcher } from '#infra/queue/job-dispatcher';

// Loaded into a worker before its main: it plans and hands out, and takes no job. What is in the queue stays there to be looked at.
JobDispatcher.prototype.onApplicationBootstrap = async () => undefined;
