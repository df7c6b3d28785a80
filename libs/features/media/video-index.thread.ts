import type { MessagePort } from 'node:worker_threads';
import type { InputAudioTrack, InputVideoTrack } from 'mediabunny';

/** What the index of a video says, as numbers from a file that somebody gave us: to be checked before use. */
export interface VideoIndex {
  readonly width: number;
  readonly height: number;
  readonly durationSeconds: number;
  readonly videoCodec: string | null;
  readonly audioCodec: string | null;
  /** By the distances of the first frames; for an average see `movie-index.ts`. */
  readonly framesPerSecond: number;
  readonly isVariableFrameRate: boolean;
  readonly codecString: string | null;
  /** Decoder configuration record of the sample entry. */
  readonly configuration: Uint8Array | null;
  readonly isHdr: boolean;
  readonly rotation: 0 | 90 | 180 | 270;
  readonly audioChannels: number | null;
  readonly audioSampleRate: number | null;
  readonly audioBitsPerSecond: number | null;
  /** When the first packet is shown, in seconds; negative where an edit list hides it. */
  readonly firstPicture: number;
  readonly firstSound: number | null;
}

type SoundIndex = Pick<VideoIndex, 'audioCodec' | 'audioChannels' | 'audioSampleRate' | 'audioBitsPerSecond' | 'firstSound'>;

export type VideoIndexAnswer =
  | { readonly outcome: 'read'; readonly index: VideoIndex }
  | { readonly outcome: 'no_picture' }
  | { readonly outcome: 'failed'; readonly reason: string };

/**
 * Reads one index per message (a path) and answers each with a `VideoIndexAnswer`.
 *
 * It runs in a worker thread, sent there as its own source text (`media-thread.ts`), which works from TypeScript in tests and from
 * `dist` alike. So it may use nothing but its arguments and the globals of JavaScript.
 */
export function answerIndexRequests(mediabunny: typeof import('mediabunny'), port: MessagePort): void {
  const framesToMeasure = 256;
  /** Times are rounded to the grid of a file: that much is no variation. */
  const evenRates = 1.1;
  const maxConfigurationBytes = 65_536;
  mediabunny.Logging.level = mediabunny.LogLevel.Silent; // what is wrong with a file goes to its sender, not to our console

  async function readPictures(track: InputVideoTrack): Promise<Omit<VideoIndex, 'durationSeconds' | keyof SoundIndex>> {
    const rates = await track.computeFrameRateMetrics({ targetPacketCount: framesToMeasure });
    const description: unknown = (await track.getDecoderConfig())?.description;
    return {
      width: await track.getDisplayWidth(),
      height: await track.getDisplayHeight(),
      videoCodec: await track.getCodec(),
      codecString: await track.getCodecParameterString(),
      configuration: description instanceof Uint8Array && description.byteLength <= maxConfigurationBytes ? description.slice() : null,
      isHdr: await track.hasHighDynamicRange(),
      rotation: await track.getRotation(),
      framesPerSecond: rates.bestGuessFrameRate,
      isVariableFrameRate: rates.underlyingFrameRate === null && rates.maxFrameRate > rates.minFrameRate * evenRates,
      firstPicture: await track.getFirstTimestamp(),
    };
  }

  async function readSound(track: InputAudioTrack | null): Promise<SoundIndex> {
    if (!track) return { audioCodec: null, audioChannels: null, audioSampleRate: null, audioBitsPerSecond: null, firstSound: null };
    const { averageBitrate } = await track.computePacketStats(framesToMeasure, { metadataOnly: true });
    return {
      audioCodec: await track.getCodec(),
      audioChannels: await track.getNumberOfChannels(),
      audioSampleRate: await track.getSampleRate(),
      audioBitsPerSecond: Math.round(averageBitrate),
      firstSound: await track.getFirstTimestamp(),
    };
  }

  async function read(path: string): Promise<VideoIndexAnswer> {
    const source = new mediabunny.FilePathSource(path, { handleUnhandledError: () => undefined });
    const input = new mediabunny.Input({ source, formats: [mediabunny.MP4, mediabunny.QTFF] });
    try {
      const pictures = await input.getPrimaryVideoTrack();
      if (!pictures) return { outcome: 'no_picture' };
      const sound = await input.getPrimaryAudioTrack();
      const index = {
        durationSeconds: await input.computeDuration(sound ? [pictures, sound] : [pictures], { skipLiveWait: true }),
        ...(await readPictures(pictures)),
        ...(await readSound(sound)),
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
