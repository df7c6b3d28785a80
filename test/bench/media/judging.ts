import { readFileSync } from 'node:fs';
import type { MediaFacts } from '#networks/port/media-facts';
import { MediaProbe } from '#features/media/media-probe';
import { VideoIndexReader } from '#features/media/video-index.reader';
import { judgePost } from '#networks/instagram/rules/judge';

/** What `POST /api/posts` does to know whether a file can be published: its content, its facts, the rules. */
export class Judging {
  private readonly indexes = new VideoIndexReader();
  private readonly probe = new MediaProbe(this.indexes);

  async judge(path: string, format: 'post' | 'reel'): Promise<MediaFacts> {
    const { facts } = await this.probe.probe(path);
    const { violations } = judgePost({ body: 'x', params: { format }, media: [facts] });
    if (violations.length > 0) throw new Error(`${path}: ${JSON.stringify(violations)}`);
    return facts;
  }

  async end(): Promise<void> {
    await this.indexes.onApplicationShutdown();
  }
}

/** Bytes that this process asked the system to read so far, and the most memory it has held (Linux). */
export function usage(): { readBytes: number; peakBytes: number } {
  const field = (file: string, name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(file, 'utf8'))?.[1]);
  return { readBytes: field('/proc/self/io', 'rchar'), peakBytes: field('/proc/self/status', 'VmHWM') * 1024 };
}
