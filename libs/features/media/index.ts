export type { IngestedMedia } from './ingested-media.js';
export { MediaApiModule } from './media-api.module.js';
export { MediaDeliveryService } from './media-delivery.service.js';
export { MediaIngestService } from './media-ingest.service.js';
export { MediaInspectionService } from './media-inspection.service.js';
export { MediaModule } from './media.module.js';
export type { MediaSource } from './media-source.js';
