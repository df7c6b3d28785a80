export type { IngestedMedia } from './ingested-media.js';
export { MediaApiModule } from './media-api.module.js';
export { MediaDeliveryService } from './media-delivery.service.js';
export { MediaIngestService } from './media-ingest.service.js';
export { MediaModule } from './media.module.js';
export type { MediaSource } from './media-source.js';
export { MediaWorkerModule } from './uploads/media-worker.module.js';
export { UploadsApiModule } from './uploads/uploads-api.module.js';
export { UploadService } from './uploads/upload.service.js';
