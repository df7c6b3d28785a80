import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeVideo, ffmpeg, type EncodeOptions } from '#testing/media/encode-video';
import { makeMp4, type VideoOptions } from '#testing/media/make-video';

/** What is dear to make and serves several files: made when first asked for, once. Its folder goes with it. */
export class Workshop {
  private readonly made = new Map<string, Promise<Buffer>>();

  private constructor(private readonly folder: string) {}

  static async open(): Promise<Workshop> {
    return new Workshop(await mkdtemp(join(tmpdir(), 'corpus-')));
  }

  close(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  path(name = ''): string {
    return join(this.folder, `${randomUUID()}${name}`);
  }

  /** An ordinary reel of 3.2 s: H.264, AAC, index in front, no edit list. */
  reel(options: Partial<VideoOptions> = {}): Promise<Buffer> {
    const asked = { seconds: 3.2, width: 360, height: 640, fps: 30, audio: true, ...options };
    return this.once(`reel ${JSON.stringify(asked)}`, () => makeMp4(asked));
  }

  /** A video by ffmpeg, index in front and without edit list unless its options say otherwise. */
  encoded(options: EncodeOptions = {}, extension = 'mp4'): Promise<Buffer> {
    const plain = { size: '200x200', video: x264(), output: plainFile, ...options };
    return this.once(`encoded ${extension} ${JSON.stringify(plain)}`, () => this.written(extension, (path) => encodeVideo(path, plain)));
  }

  /** What ffmpeg makes of one video, packets copied. */
  async copied(source: Uint8Array, args: readonly string[], extension = 'mp4', before: readonly string[] = []): Promise<Buffer> {
    const input = this.path('.mp4');
    await writeFile(input, source);
    return this.written(extension, async (path) => void (await ffmpeg([...before, '-i', input, ...args, path])));
  }

  private async written(extension: string, write: (path: string) => Promise<void>): Promise<Buffer> {
    const path = this.path(`.${extension}`);
    await write(path);
    return readFile(path);
  }

  private once(key: string, make: () => Promise<Buffer>): Promise<Buffer> {
    const found = this.made.get(key) ?? make();
    this.made.set(key, found);
    return found;
  }
}

/** Index in front and no edit lists, so that nothing is left to mend. */
export const plainFile = ['-movflags', '+faststart', '-use_editlist', '0'];

/** No B-frames: without edit list they would begin later than the sound. */
export function x264(...more: string[]): string[] {
  return ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '0', '-pix_fmt', 'yuv420p', ...more];
}
