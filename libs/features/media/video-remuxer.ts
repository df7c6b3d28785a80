import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { minutes } from '#kernel/clock';
import { MediaThread } from './media-thread.js';
import { answerRemuxRequests, remuxParts, type RemuxAnswer, type RemuxQuestion } from './video-remux.thread.js';

/** 300 MB take seconds; a disk may be slow. */
const defaultDeadlineMs = minutes(2);

/** Writes videos into plain MP4 files, packet by packet, off the event loop. */
@Injectable()
export class VideoRemuxer implements OnApplicationShutdown {
  private readonly thread = new MediaThread<RemuxQuestion, RemuxAnswer>(answerRemuxRequests, { parts: remuxParts });

  /** Never throws. The target is whole only when the answer is `written`. */
  remux(source: string, target: string, deadlineMs = defaultDeadlineMs): Promise<RemuxAnswer> {
    return this.thread.ask({ source, target }, deadlineMs);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.thread.end();
  }
}
