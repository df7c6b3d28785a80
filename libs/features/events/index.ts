export { EventsWorkerModule } from './events-worker.module.js';
export { pumpWebhooksJob } from './pump/pump-webhooks.job.js';
