export { EventsApiModule } from './events-api.module.js';
export { EventsWorkerModule } from './events-worker.module.js';
export { OutboxStatusRepository, type OutboxStatus } from './relay/outbox-status.repository.js';
