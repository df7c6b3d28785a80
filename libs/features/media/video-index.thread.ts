import type { MessagePort } from 'node:worker_threads';
import type { EncodedPacket, EncodedPacketSink, InputAudioTrack, InputVideoTrack } from 'mediabunny';

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
  /** See `hasOpenGroups`. */
  readonly hasOpenGroups: boolean | null;
  readonly isHdr: boolean;
  readonly rotation: 0 | 90 | 180 | 270;
  readonly audioChannels: number | null;
  readonly audioSampleRate: number | null;
  readonly audioBitsPerSecond: number | null;
  /** When the first packet is shown, in seconds; negative where an edit list hides it. */
  readonly firstPicture: number;
  readonly firstSound: number | null;
}

type Mediabunny = typeof import('mediabunny');
type SoundIndex = Pick<VideoIndex, 'audioCodec' | 'audioChannels' | 'audioSampleRate' | 'audioBitsPerSecond' | 'firstSound'>;

export type VideoIndexAnswer =
  | { readonly outcome: 'read'; readonly index: VideoIndex }
  | { readonly outcome: 'no_picture' }
  | { readonly outcome: 'failed'; readonly reason: string };

/**
 * Reads one index per message (a path) and answers each with a `VideoIndexAnswer`.
 *
 * It runs in a worker thread, sent there as its own source text (`media-thread.ts`), which works from TypeScript in tests and from
 * `dist` alike. So it may use nothing but its arguments, `indexParts` and the globals of JavaScript.
 */
export function answerIndexRequests(mediabunny: Mediabunny, port: MessagePort): void {
  const framesToMeasure = 256;
  /** Times are rounded to the grid of a file: that much is no variation. */
  const evenRates = 1.1;
  const maxConfigurationBytes = 65_536;
  mediabunny.Logging.level = mediabunny.LogLevel.Silent; // what is wrong with a file goes to its sender, not to our console

  async function readPictures(track: InputVideoTrack): Promise<Omit<VideoIndex, 'durationSeconds' | keyof SoundIndex>> {
    const rates = await track.computeFrameRateMetrics({ targetPacketCount: framesToMeasure });
    const description: unknown = (await track.getDecoderConfig())?.description;
    const configuration = description instanceof Uint8Array && description.byteLength <= maxConfigurationBytes ? description.slice() : null;
    const videoCodec = await track.getCodec();
    return {
      width: await track.getDisplayWidth(),
      height: await track.getDisplayHeight(),
      videoCodec,
      codecString: await track.getCodecParameterString(),
      configuration,
      hasOpenGroups: await hasOpenGroups(new mediabunny.EncodedPacketSink(track), videoCodec, configuration),
      isHdr: await track.hasHighDynamicRange(),
      rotation: await track.getRotation(),
      framesPerSecond: rates.bestGuessFrameRate,
      isVariableFrameRate: rates.underlyingFrameRate === null && rates.maxFrameRate > rates.minFrameRate * evenRates,
      firstPicture: await track.getFirstTimestamp(),
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
        ...(await readSound(sound, framesToMeasure)),
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

async function readSound(track: InputAudioTrack | null, framesToMeasure: number): Promise<SoundIndex> {
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

/**
 * Whether pictures that stand behind a key picture are shown before it and need the group before (open GOPs). The tables of the index tell:
 * in H.264 nothing may be shown before the IDR picture that it follows (ITU-T H.264 §7.4.1.2.4), so every such picture is one. In HEVC the
 * picture itself says whether it needs the group before (RASL, H.265 table 7-1), so the heads of some are read.
 *
 * @returns null for other codecs
 */
async function hasOpenGroups(packets: EncodedPacketSink, codec: string | null, configuration: Uint8Array | null): Promise<boolean | null> {
  /** An hour in groups of two seconds. Who makes open groups makes them from the beginning. */
  const keysToLookAt = 2000;
  const [picturesToRead, largestPicture] = [4, 2 ** 19];
  if (codec !== 'avc' && codec !== 'hevc') return null;
  const metadata = { metadataOnly: true };
  let unread = picturesToRead;
  let key = await packets.getFirstKeyPacket(metadata);
  for (let count = 0; key && count < keysToLookAt && unread > 0; count += 1) {
    const next: EncodedPacket | null = await packets.getNextPacket(key, metadata);
    if (next?.type === 'delta' && next.timestamp < key.timestamp) {
      if (codec === 'avc') return true;
      unread -= 1;
      const read: EncodedPacket | null = next.byteLength <= largestPicture ? await packets.getNextPacket(key) : null;
      if (read && needsGroupBefore(read.data, configuration)) return true;
    }
    key = await packets.getNextKeyPacket(key, metadata);
  }
  return false;
}

/** Of an HEVC picture, by its first slice: NAL unit types 8 and 9 are RASL; those from 32 on are no slices. */
function needsGroupBefore(picture: Uint8Array, configuration: Uint8Array | null): boolean {
  const lengthBytes = ((configuration?.[21] ?? 3) & 3) + 1;
  for (let at = 0; at + lengthBytes < picture.length;) {
    const length = picture.subarray(at, at + lengthBytes).reduce((value, byte) => value * 256 + byte, 0);
    const type = ((picture[at + lengthBytes] ?? 0) >> 1) & 0x3f;
    if (type < 32) return type === 8 || type === 9;
    at += lengthBytes + length;
  }
  return false;
}

export const indexParts = [readSound, hasOpenGroups, needsGroupBefore];
