import {
  BufferTarget, EncodedAudioPacketSource, EncodedPacket, EncodedVideoPacketSource, MovOutputFormat, Mp4OutputFormat, Output,
  type OutputFormat,
} from 'mediabunny';
import { h264Stream, type H264Stream } from './h264-stream.js';
import { silentAac } from './silent-aac.js';
import { withoutCreationTime } from './without-creation-time.js';

export interface VideoOptions {
  readonly seconds: number;
  /** Even, as stored in the file (before `rotation`). */
  readonly width: number;
  readonly height: number;
  /** Default 30. */
  readonly fps?: number;
  /** A silent AAC track. Default false. */
  readonly audio?: boolean;
  /** False puts the index behind the media data, as cameras do; `fragmented` makes an fMP4. Default true. */
  readonly fastStart?: boolean | 'fragmented';
  /** Degrees clockwise that a player turns the picture. Default 0. */
  readonly rotation?: 0 | 90 | 180 | 270;
  readonly seed?: number;
}

/** A real, playable MP4 (H.264 baseline, a still pattern); the same options give the same bytes. About 400 bytes per macroblock plus 20 per frame. */
export function makeMp4(options: VideoOptions): Promise<Buffer> {
  return makeVideo(new Mp4OutputFormat({ fastStart: fastStartOption(options) }), options);
}

/** Like `makeMp4`, as QuickTime. */
export function makeMov(options: VideoOptions): Promise<Buffer> {
  return makeVideo(new MovOutputFormat({ fastStart: fastStartOption(options) }), options);
}

function fastStartOption({ fastStart = true }: VideoOptions): false | 'in-memory' | 'fragmented' {
  if (fastStart === 'fragmented') return 'fragmented';
  return fastStart ? 'in-memory' : false;
}

async function makeVideo(format: OutputFormat, options: VideoOptions): Promise<Buffer> {
  const { seconds, width, height, fps = 30, audio = false, rotation = 0, seed = 0 } = options;
  const target = new BufferTarget();
  const output = new Output({ format, target });
  const pictures = new EncodedVideoPacketSource('avc');
  output.addVideoTrack(pictures, { rotation, frameRate: fps });
  const sound = audio ? new EncodedAudioPacketSource('aac') : null;
  if (sound) output.addAudioTrack(sound);
  await output.start();
  // Both at once: the writer interleaves, so one track waits for the other.
  await Promise.all([
    addPictures(pictures, h264Stream(width, height, fps, seed), { width, height, fps, count: Math.max(1, Math.round(seconds * fps)) }),
    sound ? addSilence(sound, seconds) : undefined,
  ]);
  await output.finalize();
  if (!target.buffer) throw new Error('The muxer produced no file');
  return withoutCreationTime(Buffer.from(target.buffer));
}

async function addPictures(
  source: EncodedVideoPacketSource,
  stream: H264Stream,
  { width, height, fps, count }: { width: number; height: number; fps: number; count: number },
): Promise<void> {
  const decoderConfig = { codec: stream.codec, codedWidth: width, codedHeight: height, description: stream.description };
  for (let index = 0; index < count; index += 1) {
    const { data, isKey } = stream.frame(index);
    await source.add(new EncodedPacket(data, isKey ? 'key' : 'delta', index / fps, 1 / fps), index === 0 ? { decoderConfig } : undefined);
  }
  source.close();
}

async function addSilence(source: EncodedAudioPacketSource, seconds: number): Promise<void> {
  const { codec, sampleRate, numberOfChannels, description, frame, samplesPerFrame } = silentAac;
  const duration = samplesPerFrame / sampleRate;
  for (let index = 0; index < Math.floor(seconds / duration); index += 1) {
    const meta = index === 0 ? { decoderConfig: { codec, sampleRate, numberOfChannels, description } } : undefined;
    await source.add(new EncodedPacket(frame, 'key', index * duration, duration), meta);
  }
  source.close();
}
