import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { seconds } from '#kernel/clock';
import { MediaThread } from './media-thread.js';
import { answerIndexRequests, indexParts, type VideoIndexAnswer } from './video-index.thread.js';

/** A good index takes milliseconds; a forged one (a table that claims four billion samples) takes for ever. */
const defaultDeadlineMs = seconds(5);

/** Reads video indexes off the event loop. */
@Injectable()
export class VideoIndexReader implements OnApplicationShutdown {
  private readonly thread = new MediaThread<string, VideoIndexAnswer>(answerIndexRequests, { parts: indexParts });

  /** Never throws: a file that cannot be read, or not in time, is `failed`. */
  read(path: string, deadlineMs = defaultDeadlineMs): Promise<VideoIndexAnswer> {
    return this.thread.ask(path, deadlineMs);
  }

  /** Last of all: Nest closes the HTTP server after `onModuleDestroy`, and an upload under way must not be refused for it. */
  async onApplicationShutdown(): Promise<void> {
    await this.thread.end();
  }
}
