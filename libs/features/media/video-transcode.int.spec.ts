import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { EncodedPacketSink, FilePathSource, Input, MP4 } from 'mediabunny';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findFfmpegBinary } from '#testing/ffmpeg-binary';
import { LoopbackMediaHost } from '#testing/loopback-media-host';
import { encodeVideo, ffmpeg, type EncodeOptions } from '#testing/media/encode-video';
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
let [sandbox, host, folder, original, ffmpegPath]: [TestSandbox, LoopbackMediaHost, string, string, string] = [undefined as never, undefined as never, '', '', ''];

beforeAll(async () => {
  Logger.overrideLogger(false);
  [sandbox, host, ffmpegPath] = await Promise.all([TestSandbox.start(), LoopbackMediaHost.start(), findFfmpegBinary()]);
}, 300_000);
afterAll(() => {
  Logger.overrideLogger(['log', 'error', 'warn', 'debug', 'verbose', 'fatal']);
  return Promise.all([sandbox.close(), host.stop(), indexes.onApplicationShutdown(), remuxer.onApplicationShutdown()]);
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'video-transcode-'));
  original = join(folder, 'original.mp4');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function repair(path = ffmpegPath): Promise<RepairedMedia> {
  const repaired = await new VideoRepair(remuxer, probe, new Ffmpeg({ ffmpegPath: path })).repair(original, await probe.probe(original), folder, 'media[0]');
  if (!repaired) throw new Error('Nothing was done');
  return repaired;
}

/** NAL unit type of a picture that no later one refers past (ITU-T H.264 table 7-1). */
const idr = 5;

/** The types of the NAL units of each key picture of an MP4, lengths of four bytes. */
async function keyPictures(path: string): Promise<number[][]> {
  const input = new Input({ source: new FilePathSource(path), formats: [MP4] });
  const track = await input.getPrimaryVideoTrack();
  const keys: number[][] = [];
  for await (const { type, data } of track ? new EncodedPacketSink(track).packets() : []) {
    const units: number[] = [];
    const bytes = Buffer.from(data);
    for (let at = 0; at + 4 < bytes.length; at += 4 + bytes.readUInt32BE(at)) units.push(bytes.readUInt8(at + 4) & 31);
    if (type === 'key') keys.push(units);
  }
  input.dispose();
  return keys;
}

const x264 = (...more: string[]): string[] => ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', ...more];

describe('VideoRepair with ffmpeg', { timeout: 180_000 }, () => {
  it.each<[string, EncodeOptions, RegExp, object]>([
    ['MPEG-4 part 2', { video: ['-c:v', 'mpeg4'] }, /pictures are/, { videoCodec: 'avc' }],
    ['4:2:2', { video: x264('-pix_fmt', 'yuv422p') }, /chroma is 4:2:2/, { chroma: '4:2:0' }],
    ['HEVC with 10 bits', { video: ['-c:v', 'libx265', '-x265-params', 'log-level=error', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p10le'] }, /10 bits/, { videoCodec: 'avc', bitDepth: 8 }],
    ['HDR', { video: ['-c:v', 'libx265', '-x265-params', 'log-level=error', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p10le', '-color_primaries', 'bt2020', '-color_trc', 'arib-std-b67', '-colorspace', 'bt2020nc'] }, /10 bits/, { isHdr: false, bitDepth: 8 }],
    ['interlaced', { video: x264('-flags', '+ildct+ilme') }, /interlaced/, { isInterlaced: false }],
    ['in open groups', { video: x264('-bf', '2', '-g', '30', '-x264-params', 'open-gop=1:scenecut=0') }, /open GOP/, { hasOpenGroups: false }],
    ['of a varying rate', { filter: "settb=1/1000,setpts='N*33+floor(random(0)*25)'", output: ['-fps_mode', 'vfr', '-enc_time_base', '-1'] }, /rate varies/, { isVariableFrameRate: false, framesPerSecond: 30 }],
    ['too fast', { fps: 75 }, /75 frames/, { framesPerSecond: 60 }],
    ['too slow', { fps: 12 }, /12 frames/, { framesPerSecond: 30 }],
    ['with 5.1 sound at 96 kHz', { audio: ['-c:a', 'aac', '-ac', '6', '-ar', '96000'] }, /6 channels, .*96000 Hz/, { audioChannels: 2, audioSampleRate: 48_000 }],
    ['with MP3 sound', { audio: ['-c:a', 'libmp3lame', '-ac', '2'] }, /sound is mp3/, { audioCodec: 'aac' }],
  ])('makes a file that the network takes of a video %s', async (_name, options, message, expected) => {
    await encodeVideo(original, options);
    const repaired = await repair();
    expect(repaired.notes).toMatchObject([{ rule: 'media.transcoded', path: 'media[0]', message }]);
    expect(repaired.facts.video).toMatchObject({ ...expected, editList: 'none', isFastStart: true });
    expect(Math.abs((repaired.facts.video?.durationMs ?? 0) - 3200)).toBeLessThan(200);
    expect(await judgeAsReel(sandbox, host, { content: await readFile(repaired.path), contentType: 'video/mp4' })).toBe('FINISHED');
  });

  it('begins every group with a picture that forgets all before it', async () => {
    await encodeVideo(original, { seconds: 7, fps: 75, video: x264('-g', '30', '-x264-params', 'open-gop=1') });
    const keys = await keyPictures((await repair()).path);
    expect(keys.length).toBeGreaterThanOrEqual(4);
    expect(keys.every((units) => units.includes(idr)), JSON.stringify(keys)).toBe(true);
  });

  it('scales to 1920 pixels wide as displayed', async () => {
    await encodeVideo(original, { size: '2200x200', seconds: 3 });
    const { facts } = await repair();
    expect(facts).toMatchObject({ width: 1920, height: 174 });
  });

  it('shows what the edit list left, no more', async () => {
    const whole = join(folder, 'whole.mp4');
    await encodeVideo(whole, { seconds: 6, video: x264('-g', '300') });
    await ffmpeg(['-ss', '2', '-i', whole, '-c', 'copy', original]);
    const { facts, path } = await repair();
    expect(facts.video).toMatchObject({ editList: 'none' });
    expect(facts.video?.durationMs).toBeGreaterThan(3800);
    expect(facts.video?.durationMs).toBeLessThan(4200);
    expect(await judgeAsReel(sandbox, host, { content: await readFile(path), contentType: 'video/mp4' })).toBe('FINISHED');
  });

  it('says that it could not, and leaves the file, where ffmpeg breaks off or is not what it should be', async () => {
    await encodeVideo(original, { fps: 75, output: ['-movflags', '+faststart'] });
    const broken = join(folder, 'broken-ffmpeg');
    await writeFile(broken, '#!/bin/sh\necho "/secret/path: no" >&2\nexit 1\n');
    await chmod(broken, 0o755);
    for (const path of [broken, join(folder, 'absent')]) {
      const { notes } = await repair(path);
      expect(notes[0]).toMatchObject({ rule: 'media.not_transcoded', message: 'Not encoded again (it has 75 frames a second): ffmpeg could not convert it' });
    }
  });

  it('ends an ffmpeg that does not end', async () => {
    const stuck = join(folder, 'stuck-ffmpeg');
    await writeFile(stuck, '#!/bin/sh\nexec sleep 600\n');
    await chmod(stuck, 0o755);
    const started = performance.now();
    expect(await new Ffmpeg({ ffmpegPath: stuck }).run([], { directory: folder, deadlineMs: 100 })).toEqual({ isDone: false, reason: 'ffmpeg was not done within 0.1 s' });
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('gives ffmpeg none of our environment, and opens no address', async () => {
    const curious = join(folder, 'curious-ffmpeg');
    await writeFile(curious, `#!/bin/sh\nenv > ${folder}/env\n`);
    await chmod(curious, 0o755);
    await new Ffmpeg({ ffmpegPath: curious }).run([], { directory: folder, deadlineMs: 5000 });
    const names = (await readFile(join(folder, 'env'), 'utf8')).split('\n').map((line) => line.split('=')[0]);
    expect(names.filter((name) => name && !['LANG', 'PATH', 'PWD', '_', 'SHLVL', 'OLDPWD'].includes(name))).toEqual([]);
    const asked = host.requests.length;
    await new Ffmpeg({ ffmpegPath }).run(['-i', host.url('/video.mp4'), `file:${folder}/out.mp4`], { directory: folder, deadlineMs: 5000 });
    expect(host.requests.length).toBe(asked);
  });
});
