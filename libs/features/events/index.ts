export { EventsApiModule } from './events-api.module.js';
export { EventsWorkerModule } from './events-worker.module.js';
export { eventSchema, sampleBody } from './event-schema.js';
export { eventTypes, type EventType } from './event-types.js';
