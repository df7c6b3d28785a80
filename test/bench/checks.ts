import { relayCheck } from './events/relay.check.js';
import type { BenchCheck } from './harness/check.js';
import { imagesCheck } from './media/images.check.js';
import { largeVideoCheck } from './media/large-video.check.js';
import { burstCheck, latenessCheck } from './publishing/lateness.check.js';
import { longScheduleCheck } from './publishing/long-schedule.check.js';
import { throughputCheck } from './publishing/throughput.check.js';
import { deepPageCheck } from './scale/deep-page.check.js';
import { uploadsCheck } from './scale/uploads.check.js';
import { arrivalCheck } from './webhooks/arrival.check.js';
import { deliveringCheck } from './webhooks/delivering.check.js';
import { hangingCheck } from './webhooks/hanging.check.js';
import { webhookHistoryCheck } from './webhooks/history.check.js';
import { replayCheck } from './webhooks/replay.check.js';

/** In the order in which they are told. */
export const checks: readonly BenchCheck[] = [imagesCheck, largeVideoCheck, deepPageCheck, uploadsCheck, latenessCheck, burstCheck, throughputCheck, longScheduleCheck, relayCheck, deliveringCheck, webhookHistoryCheck, hangingCheck, arrivalCheck, replayCheck];
