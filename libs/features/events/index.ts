export { EventsWorkerModule } from './events-worker.module.js';
