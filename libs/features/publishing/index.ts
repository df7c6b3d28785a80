export { deferralReasons, holdReasons } from './publish.states.js';
export { publishPostJob } from './publish-post.job.js';
export { PublishingApiModule } from './publishing-api.module.js';
export { PublishingModule } from './publishing.module.js';
export { PublishingStatusRepository, type AttentionCounts, type PublishingStatus } from './publishing-status.repository.js';
export { PublishingWorkerModule } from './publishing-worker.module.js';
