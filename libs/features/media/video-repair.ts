import { join } from 'node:path';
import { Injectable, Logger } from '@nestjs/common';
import { minutes, seconds } from '#kernel/clock';
import type { Framing } from '#networks/port/framing';
import type { MediaFacts } from '#networks/port/media-facts';
import { Ffmpeg } from './ffmpeg.js';
import { frameFor, frameNote, type Frame } from './frame.rules.js';
import { MediaProbe } from './media-probe.js';
import type { ProbedMedia } from './probed-media.js';
import type { RepairedMedia } from './repaired-media.js';
import { VideoRemuxer } from './video-remuxer.js';
import { notRemuxedNote, remuxesFor } from './video-repair.rules.js';
import { deliveryVideo, transcodeArguments, transcodeNote, transcodesFor, untouchedNote } from './video-transcode.rules.js';

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
  private readonly logger = new Logger(VideoRepair.name);

  constructor(
    private readonly remuxer: VideoRemuxer,
    private readonly probe: MediaProbe,
    private readonly ffmpeg: Ffmpeg,
  ) {}

  /**
   * Writes the copy into `directory`.
   * @returns null when the video can go out byte for byte; a video that cannot be mended stays as it is, with a note that says why
   */
  async repair(path: string, { facts }: Pick<ProbedMedia, 'facts'>, directory: string, at = 'media', framing: Framing | null = null): Promise<RepairedMedia | null> {
    const job = { path, directory, at };
    const frame = facts.video ? frameFor(facts, framing, { maxWidth: deliveryVideo.maxWidth, step: 2 }) : null;
    const reasons = transcodesFor(facts);
    if (reasons.length === 0 && frame === null) return this.remux(job, facts);
    const encoded = await this.transcode(job, facts, frame);
    const framed = frame ? [frameNote(frame, facts, at)] : [];
    if (typeof encoded === 'object') return { ...encoded, notes: [...(reasons.length > 0 ? [transcodeNote(reasons, at)] : []), ...framed] };
    const wishes = frame ? [...reasons, `it is to be ${frame.fit === 'pad' ? 'padded' : 'cropped'} to ${frame.canvas.width}×${frame.canvas.height}`] : reasons;
    const untouched = untouchedNote(wishes, encoded, at);
    const remuxed = await this.remux(job, facts);
    return remuxed ? { ...remuxed, notes: [untouched, ...remuxed.notes] } : { path, facts, notes: [untouched] };
  }

  /** An edit list that cuts is no work for this, and has its note already. */
  private async remux(job: VideoJob, facts: MediaFacts): Promise<RepairedMedia | null> {
    const notes = remuxesFor(facts, job.at);
    if (notes.length === 0 || facts.video?.editList === 'cutting') return null;
    const written = await this.rewrite(job);
    return typeof written === 'object' ? { ...written, notes } : { path: job.path, facts, notes: [notRemuxedNote(notes, written, job.at)] };
  }

  /** @returns why it could not be done, or the copy */
  private async rewrite({ path, directory, at }: VideoJob): Promise<Omit<RepairedMedia, 'notes'> | string> {
    const target = join(directory, 'delivery.mp4');
    const answer = await this.remuxer.remux(path, target);
    if (answer.outcome === 'written') return { path: target, facts: (await this.probe.probe(target, at)).facts };
    if (answer.outcome === 'impossible') return answer.reason;
    this.logger.warn(`A video could not be written again: ${answer.reason}`);
    return 'its pictures and sound could not be copied';
  }

  /** ffmpeg says where tracks begin by edit lists; written again, the file does without. @returns why it could not be done, or the copy */
  private async transcode(job: VideoJob, facts: MediaFacts, frame: Frame | null): Promise<Omit<RepairedMedia, 'notes'> | string> {
    const { path, directory } = job;
    const encoded = join(directory, 'encoded.mp4');
    const outcome = await this.ffmpeg.run(['-f', 'mov', '-i', `file:${path}`, ...transcodeArguments(facts, frame), `file:${encoded}`], { directory, deadlineMs: transcodeDeadlineMs });
    if (!outcome.isDone) return outcome.reason;
    const written = await this.rewrite({ ...job, path: encoded });
    if (typeof written === 'string') return `ffmpeg wrote a file that cannot be written as a plain MP4: ${written}`;
    const lost = (facts.video?.durationMs ?? 0) - (written.facts.video?.durationMs ?? 0);
    return lost > lengthToleranceMs && facts.video?.editList !== 'cutting' ? `ffmpeg broke off ${lost} ms before the end` : written;
  }
}
