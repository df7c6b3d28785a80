import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findFfmpegBinary } from '../ffmpeg-binary.js';

const run = promisify(execFile);

export interface EncodeOptions {
  /** Default 180x320. */
  readonly size?: string;
  readonly fps?: number;
  readonly seconds?: number;
  /** Filter behind the test pattern. */
  readonly filter?: string;
  /** Default x264 with B-frames, as cameras and editors write. */
  readonly video?: readonly string[];
  /** Default stereo AAC; null for a silent video. */
  readonly audio?: readonly string[] | null;
  /** Anything else, before the name of the file. */
  readonly output?: readonly string[];
}

/** A moving test pattern with a tone, as ffmpeg writes it when nobody tells it otherwise: index last, edit lists for B-frames and sound. */
export async function encodeVideo(path: string, options: EncodeOptions = {}): Promise<void> {
  const { size = '180x320', fps = 30, seconds = 3.2, filter = 'null', audio = ['-c:a', 'aac', '-ac', '2'], output = [] } = options;
  const { video = ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2', '-pix_fmt', 'yuv420p'] } = options;
  const pictures = ['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=${fps}:d=${seconds},${filter}`];
  const sound = audio ? ['-f', 'lavfi', '-i', `sine=f=440:d=${seconds}`] : [];
  await ffmpeg([...pictures, ...sound, ...video, ...(audio ?? []), ...output, path]);
}

/** Digest of every decoded picture: equal for two files that show the same. */
export async function pictureDigest(path: string): Promise<string> {
  return ffmpeg(['-i', path, '-map', '0:v', '-fps_mode', 'passthrough', '-f', 'md5', '-']);
}

export async function ffmpeg(args: readonly string[]): Promise<string> {
  const { stdout } = await run(await findFfmpegBinary(), ['-nostdin', '-hide_banner', '-loglevel', 'error', '-y', ...args], { timeout: 60_000 });
  return stdout;
}
