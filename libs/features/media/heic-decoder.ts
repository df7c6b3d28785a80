import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import sharp, { type Sharp } from 'sharp';
import { seconds } from '#kernel/clock';
import { readHeicHeader } from './heic-header.js';
import { answerHeicRequests, heicParts, type HeicAnswer, type HeicQuestion, type LibHeif } from './heic.thread.js';
import { MediaThread } from './media-thread.js';
import { unreadable } from './unreadable.js';

/** 100 MB as pixels, and as much again while they are decoded. */
export const maxHeicPixels = 25_000_000;
/** Read into memory at once. */
export const maxHeicBytes = 50_000_000;
const deadlineMs = seconds(30);

/** Decodes HEIC, which sharp's own libraries cannot, by libheif in WebAssembly in a thread of its own, one picture after the other. */
@Injectable()
export class HeicDecoder implements OnApplicationShutdown {
  private readonly thread = new MediaThread<HeicQuestion, HeicAnswer, LibHeif>(answerHeicRequests, { library: 'libheif-js/wasm-bundle.js', parts: heicParts });

  /** Upright, sRGB. @throws AppError `media_unreadable` */
  async open(path: string, at: string): Promise<Sharp> {
    const { isDisplayP3 } = await readHeicHeader(path);
    const answer = await this.thread.ask({ path, maxPixels: maxHeicPixels, isDisplayP3 }, deadlineMs);
    if (answer.outcome === 'failed') {
      const message = 'The picture (image/heic) is damaged or incomplete and cannot be decoded';
      throw unreadable({ rule: 'media.damaged', path: at, message, actual: 'image/heic', fix: 'Export or upload the picture again' }, new Error(answer.reason));
    }
    const { width, height, pixels } = answer;
    return sharp(pixels, { raw: { width, height, channels: 4 } });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.thread.end();
  }
}
