import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Settings } from '#infra/config/settings';
import { SETTINGS } from '#infra/config/settings.module';
import { DecodeGate } from './decode-gate.js';

/** `reason` is for the person who sent the file; what ffmpeg said, with paths, is in the log. */
export type FfmpegOutcome = { readonly isDone: true } | { readonly isDone: false; readonly reason: string };

/** One at a time: encoding takes every core there is, at the lowest priority; what takes a moment does not wait for what takes minutes. */
const lanes = { long: new DecodeGate(1), short: new DecodeGate(1) } as const;

interface FfmpegRun {
  readonly directory: string;
  readonly deadlineMs: number;
  /** Default long. */
  readonly lane?: keyof typeof lanes;
}

const maxComplaint = 2000;
/** Local files only: what a file refers to is not fetched. No questions, no banner, errors only, no giant allocation, an end at the first damage. */
const always = ['-nostdin', '-hide_banner', '-loglevel', 'error', '-y', '-xerror', '-max_alloc', String(512 * 1024 * 1024), '-protocol_whitelist', 'file,pipe'];

/** The system's ffmpeg, when there is one (FFMPEG_PATH, then PATH): without a shell, without our environment, bounded in time. */
@Injectable()
export class Ffmpeg implements OnApplicationShutdown {
  private readonly logger = new Logger(Ffmpeg.name);
  private readonly ends = new Set<() => void>();

  constructor(@Inject(SETTINGS) private readonly settings: Pick<Settings, 'ffmpegPath'>) {}

  /** Never throws. `args` name files absolutely, below `directory`, where it works. The time counts from its start. */
  run(args: readonly string[], { directory, deadlineMs, lane = 'long' }: FfmpegRun): Promise<FfmpegOutcome> {
    const { ffmpegPath } = this.settings;
    if (ffmpegPath === null) return Promise.resolve({ isDone: false, reason: 'ffmpeg is not installed' });
    return lanes[lane].run(() => this.start(ffmpegPath, args, { directory, deadlineMs }));
  }

  /** A killed ffmpeg writes no further into a folder that is about to be removed. */
  onApplicationShutdown(): void {
    for (const end of this.ends) end();
  }

  private start(path: string, args: readonly string[], { directory, deadlineMs }: { directory: string; deadlineMs: number }): Promise<FfmpegOutcome> {
    return new Promise((resolve) => {
      // `-timelimit` counts seconds of one core: it ends what outlives us.
      const limits = ['-timelimit', String(Math.ceil((deadlineMs / 1000) * 16))];
      const child = spawn(path, [...always, ...limits, ...args], { cwd: directory, env: { LANG: 'C.UTF-8', PATH: '/usr/bin:/bin' }, stdio: ['ignore', 'ignore', 'pipe'] });
      let complaint = '';
      let reason = 'ffmpeg could not convert it';
      const settle = (isDone: boolean): void => {
        clearTimeout(timer);
        this.ends.delete(end);
        if (!isDone) this.logger.warn(`${reason}: ${complaint.trim()}`);
        resolve(isDone ? { isDone } : { isDone, reason });
      };
      const end = (): void => void child.kill('SIGKILL');
      const timer = setTimeout(() => {
        reason = `ffmpeg was not done within ${deadlineMs / 1000} s`;
        end();
      }, deadlineMs);
      this.ends.add(end);
      child.stderr.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(0, maxComplaint)));
      child.once('error', (error) => {
        complaint = error.message;
        settle(false);
      });
      child.once('close', (code) => settle(code === 0));
      if (child.pid !== undefined) lowerPriority(child.pid);
    });
  }
}

function lowerPriority(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch (error) {
    // It has ended already, which `close` tells.
    if (!(error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'ERR_SYSTEM_ERROR'))) throw error;
  }
}
