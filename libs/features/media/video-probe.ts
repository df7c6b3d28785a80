import { open } from 'node:fs/promises';
import { FilePathSource, Input, MP4, QTFF, type InputAudioTrack, type InputVideoTrack } from 'mediabunny';
import type { MediaFacts, VideoFacts } from '#networks/port/media-facts';
import { seconds } from '#kernel/clock';
import { readBoxLayout, type BoxLayout } from './box-layout.js';
import type { FileToProbe } from './probed-media.js';
import { unreadable } from './unreadable.js';
import { withDeadline } from './with-deadline.js';

/** The index is parsed in one go; 16 MiB are some hours of video and well under a second of work. */
const maxIndexBytes = 16 * 1024 * 1024;
const maxProbeMs = seconds(15);
const framesToMeasure = 256;

/** Reads the index only; media data stays unread. @throws AppError `media_unreadable` */
export async function probeVideo(file: FileToProbe): Promise<MediaFacts> {
  const isFastStart = requirePlayable(await layoutOf(file), file);
  const input = new Input({ source: new FilePathSource(file.path, { handleUnhandledError: () => undefined }), formats: [MP4, QTFF] });
  try {
    return await withDeadline(readFacts(input, file, isFastStart), maxProbeMs);
  } catch (error) {
    if (error instanceof NoPictures) throw unreadable({ rule: 'media.no_picture', path: file.at, message: 'The file has no video track' });
    throw damaged(file, 'its index cannot be read', error);
  } finally {
    input.dispose();
  }
}

class NoPictures extends Error {}

async function layoutOf({ path, sizeBytes }: FileToProbe): Promise<BoxLayout> {
  const file = await open(path, 'r');
  try {
    return await readBoxLayout(file, sizeBytes);
  } finally {
    await file.close();
  }
}

/** @returns whether the index comes before the media data */
function requirePlayable({ moov, mdat, isTruncated }: BoxLayout, file: FileToProbe): boolean {
  if (isTruncated) throw damaged(file, 'its end is missing');
  if (!moov) throw damaged(file, 'it has no index (moov)');
  if (mdat === null) throw damaged(file, 'it has no media data (mdat)');
  if (moov.length > maxIndexBytes) throw damaged(file, `its index has ${moov.length} bytes, at most ${maxIndexBytes} are read`);
  return moov.position < mdat;
}

async function readFacts(input: Input, { contentType, sizeBytes }: FileToProbe, isFastStart: boolean): Promise<MediaFacts> {
  const pictures = await input.getPrimaryVideoTrack();
  if (!pictures) throw new NoPictures();
  const [width, height] = [positive(await pictures.getDisplayWidth()), positive(await pictures.getDisplayHeight())];
  const video = await readVideoFacts(input, pictures, await input.getPrimaryAudioTrack());
  return { kind: 'video', contentType, sizeBytes, width, height, video: { ...video, isFastStart } };
}

async function readVideoFacts(input: Input, pictures: InputVideoTrack, sound: InputAudioTrack | null): Promise<Omit<VideoFacts, 'isFastStart'>> {
  const tracks = sound ? [pictures, sound] : [pictures];
  return {
    durationMs: positive((await input.computeDuration(tracks, { skipLiveWait: true })) * 1000),
    videoCodec: await pictures.getCodec(),
    audioCodec: sound ? await sound.getCodec() : null,
    framesPerSecond: await frameRate(pictures),
  };
}

async function frameRate(pictures: InputVideoTrack): Promise<number | null> {
  const { bestGuessFrameRate } = await pictures.computeFrameRateMetrics({ targetPacketCount: framesToMeasure });
  return Number.isFinite(bestGuessFrameRate) && bestGuessFrameRate > 0 ? Math.round(bestGuessFrameRate * 1000) / 1000 : null;
}

function positive(value: number): number {
  const whole = Math.round(value);
  if (!Number.isSafeInteger(whole) || whole <= 0) throw new Error(`The index holds an impossible number: ${value}`);
  return whole;
}

function damaged({ at, contentType }: FileToProbe, what: string, cause?: unknown): Error {
  const message = `The video (${contentType}) is damaged or incomplete: ${what}`;
  return unreadable({ rule: 'media.damaged', path: at, message, actual: contentType, fix: 'Export or upload the video again' }, cause);
}
