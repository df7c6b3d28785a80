import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { LoopbackMediaHost } from '#testing/loopback-media-host';
import { encodeVideo, ffmpeg, pictureDigest, type EncodeOptions } from '#testing/media/encode-video';
import { makeMov, makeMp4 } from '#testing/media/make-video';
import { TestSandbox } from '#testing/sandbox';
import { judgeAsReel } from '#testing/sandbox-judge';
import { Ffmpeg } from './ffmpeg.js';
import { MediaProbe } from './media-probe.js';
import type { RepairedMedia } from './repaired-media.js';
import { VideoIndexReader } from './video-index.reader.js';
import { VideoRemuxer } from './video-remuxer.js';
import { VideoRepair } from './video-repair.js';

const [indexes, remuxer] = [new VideoIndexReader(), new VideoRemuxer()];
const probe = new MediaProbe(indexes);
const repairs = new VideoRepair(remuxer, probe, new Ffmpeg({ ffmpegPath: null }));
let [sandbox, host, folder, original]: [TestSandbox, LoopbackMediaHost, string, string] = [undefined as never, undefined as never, '', ''];

beforeAll(async () => {
  [sandbox, host] = await Promise.all([TestSandbox.start(), LoopbackMediaHost.start()]);
});
afterAll(() => Promise.all([sandbox.close(), host.stop(), indexes.onApplicationShutdown(), remuxer.onApplicationShutdown()]));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'video-repair-'));
  original = join(folder, 'original.mp4');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function repair(path = original): Promise<RepairedMedia | null> {
  return repairs.repair(path, await probe.probe(path), folder, 'media[1]');
}

async function verdict(path: string): Promise<string> {
  return judgeAsReel(sandbox, host, { content: await readFile(path), contentType: 'video/mp4' });
}

const x265 = ['-c:v', 'libx265', '-x265-params', 'log-level=error', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];

describe('VideoRepair without a transcoder', { timeout: 180_000 }, () => {
  it.each<[string, EncodeOptions, string[]]>([
    ['H.264 with B-frames and AAC', {}, ['index', 'edit list']],
    ['HEVC', { video: x265 }, ['index', 'edit list']],
    ['with its index in front already', { output: ['-movflags', '+faststart'] }, ['edit list']],
    ['fragmented', { output: ['-movflags', '+frag_keyframe+empty_moov'] }, ['fragments']],
    ['silent', { audio: null }, ['index', 'edit list']],
    ['recorded at 29.97', { fps: 29.97 }, ['index', 'edit list']],
  ])('makes a file that the network takes of a video that is %s', async (_name, options, mended) => {
    await encodeVideo(original, options);
    expect(await verdict(original)).toMatch(/2207026|2207085/);
    const repaired = await repair();
    if (!repaired) throw new Error('Nothing was repaired');
    expect(repaired.notes.map(({ rule, path }) => [rule, path])).toEqual(mended.map(() => ['media.remuxed', 'media[1]']));
    expect(repaired.notes.map(({ message }) => message).join()).toMatch(new RegExp(mended.join('.*')));
    expect(repaired.facts).toMatchObject({ contentType: 'video/mp4', video: { isFastStart: true, editList: 'none', isFragmented: false } });
    expect(await verdict(repaired.path)).toBe('FINISHED');
    expect(await pictureDigest(repaired.path)).toBe(await pictureDigest(original));
    expect(await repair(repaired.path)).toBeNull();
  });

  it('keeps what it does not mend: length, turn and rate', async () => {
    await writeFile(original, await makeMov({ seconds: 4, width: 640, height: 360, fps: 25, audio: true, fastStart: false, rotation: 90 }));
    const before = await probe.probe(original);
    const after = await repair();
    expect(after?.facts).toMatchObject({ contentType: 'video/mp4', width: 360, height: 640 });
    expect(after?.facts.video).toEqual({ ...before.facts.video, isFastStart: true, bitsPerSecond: expect.any(Number) as number });
  });

  it('leaves a fine video alone', async () => {
    await writeFile(original, await makeMp4({ seconds: 3, width: 360, height: 640, audio: true }));
    expect(await repair()).toBeNull();
  });

  it('does not pretend where an edit list cuts pictures away', async () => {
    const whole = join(folder, 'whole.mp4');
    await encodeVideo(whole, { seconds: 6, video: ['-c:v', 'libx264', '-g', '300', '-pix_fmt', 'yuv420p'] });
    await ffmpeg(['-ss', '2', '-i', whole, '-c', 'copy', original]);
    expect((await probe.probe(original)).facts.video?.editList).toBe('cutting');
    const untouched = await repair();
    expect(untouched).toMatchObject({ path: original, notes: [{ rule: 'media.not_transcoded', message: 'Not encoded again (an edit list cuts something away): ffmpeg is not installed' }] });
  });

  it('says why a video could not be written again, and leaves it as it is', async () => {
    await ffmpeg(['-f', 'lavfi', '-i', 'testsrc2=s=180x320:r=30:d=4', '-itsoffset', '1', '-f', 'lavfi', '-i', 'sine=f=440:d=3', '-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '0', '-pix_fmt', 'yuv420p', '-c:a', 'aac', original]);
    expect(await repair()).toMatchObject({
      path: original,
      notes: [{ rule: 'media.not_remuxed', path: 'media[1]', message: expect.stringMatching(/^Not written again \(after the media data.*\): its sound begins later than its pictures$/) as string }],
    });
    await encodeVideo(original);
    Logger.overrideLogger(false);
    const remux = vi.spyOn(remuxer, 'remux').mockResolvedValueOnce({ outcome: 'failed', reason: 'Error: /secret/path' });
    const untouched = await repair();
    remux.mockRestore();
    Logger.overrideLogger(undefined as never);
    expect(untouched).toMatchObject({ path: original, notes: [{ rule: 'media.not_remuxed', message: 'Not written again (after the media data, an edit list): its pictures and sound could not be copied' }] });
  });

  it('gives up in time, and writes the next one', async () => {
    await encodeVideo(original);
    expect(await remuxer.remux(original, join(folder, 'late.mp4'), 1)).toMatchObject({ outcome: 'failed' });
    expect(await remuxer.remux(join(folder, 'absent.mp4'), join(folder, 'none.mp4'))).toMatchObject({ outcome: 'failed' });
    expect(await remuxer.remux(original, join(folder, 'good.mp4'))).toEqual({ outcome: 'written' });
  });
});

describe('MediaProbe on videos that others encoded', { timeout: 180_000 }, () => {
  it.each<[string, EncodeOptions, object]>([
    ['High profile', { video: ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p'] }, { codecString: expect.stringMatching(/^avc1\.64/) as string, chroma: '4:2:0', bitDepth: 8, isInterlaced: false, isVariableFrameRate: false, editList: 'shifting', audioChannels: 2, audioSampleRate: 44_100 }],
    ['10 bit', { video: ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p10le'] }, { bitDepth: 10, chroma: '4:2:0' }],
    ['4:2:2', { video: ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv422p'] }, { chroma: '4:2:2' }],
    ['4:4:4', { video: ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv444p'] }, { chroma: '4:4:4' }],
    ['HEVC 10 bit', { video: [...x265.slice(0, -1), 'yuv420p10le'] }, { videoCodec: 'hevc', bitDepth: 10, chroma: '4:2:0', isInterlaced: false }],
    ['interlaced', { video: ['-c:v', 'libx264', '-flags', '+ildct+ilme', '-pix_fmt', 'yuv420p'] }, { isInterlaced: true }],
    ['5.1 sound at 96 kHz', { audio: ['-c:a', 'aac', '-ac', '6', '-ar', '96000'] }, { audioChannels: 6, audioSampleRate: 96_000 }],
    ['variable rate', { filter: "settb=1/1000,setpts='N*33+floor(random(0)*25)'", output: ['-fps_mode', 'vfr', '-enc_time_base', '-1'] }, { isVariableFrameRate: true }],
  ])('tells of %s', async (_name, options, expected) => {
    await encodeVideo(original, options);
    expect((await probe.probe(original)).facts.video).toMatchObject(expected);
  });
});
