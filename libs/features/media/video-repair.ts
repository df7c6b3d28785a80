import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { MediaProbe } from './media-probe.js';
import type { ProbedMedia } from './probed-media.js';
import type { RepairedMedia } from './repaired-media.js';
import { VideoRemuxer } from './video-remuxer.js';
import { remuxesFor } from './video-repair.rules.js';

/** Makes the delivery copy of a video: index in front, no edit list, no fragments. */
@Injectable()
export class VideoRepair {
  constructor(
    private readonly remuxer: VideoRemuxer,
    private readonly probe: MediaProbe,
  ) {}

  /**
   * Writes the copy into `directory`.
   * @returns null when the video can go out byte for byte, or cannot be mended: the network's own rules then say what is wrong
   */
  async repair(path: string, { facts }: ProbedMedia, directory: string, at = 'media'): Promise<RepairedMedia | null> {
    const notes = remuxesFor(facts, at);
    if (notes.length === 0 || facts.video?.editList === 'cutting') return null;
    const target = join(directory, 'delivery.mp4');
    const { outcome } = await this.remuxer.remux(path, target);
    return outcome === 'written' ? { path: target, facts: (await this.probe.probe(target, at)).facts, notes } : null;
  }
}
