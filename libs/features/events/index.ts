export { EventsApiModule } from './events-api.module.js';
export { EventsWorkerModule } from './events-worker.module.js';
export { OutboxStatusRepository, type OutboxStatus } from './relay/outbox-status.repository.js';
export { eventSchema, sampleBody } from './event-schema.js';
export { eventTypes, type EventType } from './event-types.js';
export { newWebhookSecret } from './webhook-secret.js';
export { signBody, toSigningKey } from './pump/webhook-signature.js';
export { pumpWebhooksJob } from './pump/pump-webhooks.job.js';
