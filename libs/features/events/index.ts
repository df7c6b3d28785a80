export { EventsApiModule } from './events-api.module.js';
export { EventsWorkerModule } from './events-worker.module.js';
