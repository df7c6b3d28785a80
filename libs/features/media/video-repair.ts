import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { minutes, seconds } from '#kernel/clock';
import type { Violation } from '#kernel/app-error';
import type { MediaFacts } from '#networks/port/media-facts';
import { Ffmpeg } from './ffmpeg.js';
import { MediaProbe } from './media-probe.js';
import type { ProbedMedia } from './probed-media.js';
import type { RepairedMedia } from './repaired-media.js';
import { VideoRemuxer } from './video-remuxer.js';
import { remuxesFor } from './video-repair.rules.js';
import { transcodeArguments, transcodeNote, transcodesFor, untouchedNote } from './video-transcode.rules.js';

/** Somebody waits for the answer: what takes longer is judged as it is. */
const transcodeDeadlineMs = minutes(4);
/** A copy may differ by a few frames and what primes the sound; more means that it broke off. */
const lengthToleranceMs = seconds(0.5);

interface VideoJob {
  readonly path: string;
  readonly directory: string;
  readonly at: string;
}

/** Makes the delivery copy of a video: index in front, no edit list, no fragments; with ffmpeg, in pictures and sound that networks take. */
@Injectable()
export class VideoRepair {
  constructor(
    private readonly remuxer: VideoRemuxer,
    private readonly probe: MediaProbe,
    private readonly ffmpeg: Ffmpeg,
  ) {}

  /**
   * Writes the copy into `directory`.
   * @returns null when the video can go out byte for byte, or cannot be mended: the network's own rules then say what is wrong
   */
  async repair(path: string, { facts }: ProbedMedia, directory: string, at = 'media'): Promise<RepairedMedia | null> {
    const job = { path, directory, at };
    const reasons = transcodesFor(facts);
    if (reasons.length === 0) return this.remux(job, facts);
    const encoded = await this.transcode(job, facts);
    if (typeof encoded === 'object') return { ...encoded, notes: [transcodeNote(reasons, at)] };
    const untouched = untouchedNote(reasons, encoded, at);
    const remuxed = await this.remux(job, facts);
    return remuxed ? { ...remuxed, notes: [untouched, ...remuxed.notes] } : { path, facts, notes: [untouched] };
  }

  private async remux(job: VideoJob, facts: MediaFacts): Promise<RepairedMedia | null> {
    const notes = remuxesFor(facts, job.at);
    if (notes.length === 0 || facts.video?.editList === 'cutting') return null;
    return this.rewrite(job, notes);
  }

  private async rewrite({ path, directory, at }: VideoJob, notes: readonly Violation[]): Promise<RepairedMedia | null> {
    const target = join(directory, 'delivery.mp4');
    const { outcome } = await this.remuxer.remux(path, target);
    return outcome === 'written' ? { path: target, facts: (await this.probe.probe(target, at)).facts, notes } : null;
  }

  /** ffmpeg says where tracks begin by edit lists; written again, the file does without. @returns why it could not be done, or the copy */
  private async transcode(job: VideoJob, facts: MediaFacts): Promise<Pick<RepairedMedia, 'path' | 'facts'> | string> {
    const { path, directory } = job;
    const encoded = join(directory, 'encoded.mp4');
    const outcome = await this.ffmpeg.run(['-f', 'mov', '-i', `file:${path}`, ...transcodeArguments(facts), `file:${encoded}`], { directory, deadlineMs: transcodeDeadlineMs });
    if (!outcome.isDone) return outcome.reason;
    const written = await this.rewrite({ ...job, path: encoded }, []);
    if (!written) return 'ffmpeg wrote a file that cannot be written as a plain MP4';
    const lost = (facts.video?.durationMs ?? 0) - (written.facts.video?.durationMs ?? 0);
    return lost > lengthToleranceMs && facts.video?.editList !== 'cutting' ? `ffmpeg broke off ${lost} ms before the end` : written;
  }
}
