import type { MessagePort } from 'node:worker_threads';

/** What the index of a video says, as numbers from a file that somebody gave us: to be checked before use. */
export interface VideoIndex {
  readonly width: number;
  readonly height: number;
  readonly durationSeconds: number;
  readonly videoCodec: string | null;
  readonly audioCodec: string | null;
  readonly framesPerSecond: number;
}

export type VideoIndexAnswer =
  | { readonly outcome: 'read'; readonly index: VideoIndex }
  | { readonly outcome: 'no_picture' }
  | { readonly outcome: 'failed'; readonly reason: string };

/**
 * Reads one index per message (a path) and answers each with a `VideoIndexAnswer`.
 *
 * It runs in a worker thread, sent there as its own source text, which works from TypeScript in tests and from `dist` alike.
 * So it may use nothing but its arguments and the globals of JavaScript.
 */
export function answerIndexRequests(mediabunny: typeof import('mediabunny'), port: MessagePort): void {
  const framesToMeasure = 256;
  mediabunny.Logging.level = mediabunny.LogLevel.Silent; // what is wrong with a file goes to its sender, not to our console

  async function read(path: string): Promise<VideoIndexAnswer> {
    const source = new mediabunny.FilePathSource(path, { handleUnhandledError: () => undefined });
    const input = new mediabunny.Input({ source, formats: [mediabunny.MP4, mediabunny.QTFF] });
    try {
      const pictures = await input.getPrimaryVideoTrack();
      if (!pictures) return { outcome: 'no_picture' };
      const sound = await input.getPrimaryAudioTrack();
      const index = {
        width: await pictures.getDisplayWidth(),
        height: await pictures.getDisplayHeight(),
        durationSeconds: await input.computeDuration(sound ? [pictures, sound] : [pictures], { skipLiveWait: true }),
        videoCodec: await pictures.getCodec(),
        audioCodec: sound ? await sound.getCodec() : null,
        framesPerSecond: (await pictures.computeFrameRateMetrics({ targetPacketCount: framesToMeasure })).bestGuessFrameRate,
      };
      return { outcome: 'read', index };
    } catch (error) {
      return { outcome: 'failed', reason: String(error) };
    } finally {
      input.dispose();
    }
  }

  port.on('message', (path: string) => {
    void read(path).then((answer) => port.postMessage(answer));
  });
}
