import type { Violation } from '#kernel/app-error';
import { columnsOf, type MediaFacts, type VideoFacts } from '#networks/port/media-facts';
import type { Frame } from './frame.rules.js';

/** What every network that we publish to takes without encoding it again. */
export const deliveryVideo = {
  codecs: ['avc', 'hevc'], audioCodec: 'aac', maxWidth: 1920, minRate: 23, maxRate: 60, maxBitsPerSecond: 25_000_000, maxChannels: 2, maxSampleRate: 48_000,
} as const;

/** Of the copy: leaves room below the limit for what varies, and keeps a long video under 300 MB. */
const encoded = { bitsPerSecond: 20_000_000, bytes: 280_000_000, audioBitsPerSecond: 128_000, gopSeconds: 2 } as const;
const commonRates = [24, 25, 30, 50, 60] as const;

type Reason = readonly [isNeeded: boolean, message: string];

/** Why a video must be encoded again, in words that finish "Encoded again: …". Empty: it need not be. */
export function transcodesFor(facts: MediaFacts): string[] {
  return facts.video ? [...pictureReasons(facts, facts.video), ...soundReasons(facts.video)].filter(([isNeeded]) => isNeeded).map(([, message]) => message) : [];
}

export function transcodeNote(reasons: readonly string[], path: string): Violation {
  return { rule: 'media.transcoded', path, message: `Encoded again as H.264 and AAC: ${reasons.join(', ')}` };
}

/** `why`: it could not be encoded again, and is judged as it is. */
export function untouchedNote(reasons: readonly string[], why: string, path: string): Violation {
  return { rule: 'media.not_transcoded', path, message: `Not encoded again (${reasons.join(', ')}): ${why}`, fix: 'Export the video as MP4 with H.264 and AAC, or install ffmpeg' };
}

function pictureReasons(facts: MediaFacts, video: VideoFacts): Reason[] {
  const width = columnsOf(facts);
  const { framesPerSecond: rate } = video;
  return [
    [!isOneOf(deliveryVideo.codecs, video.videoCodec), `the pictures are ${video.videoCodec ?? 'in an unknown format'}`],
    [video.chroma !== null && video.chroma !== '4:2:0', `chroma is ${video.chroma}`],
    [(video.bitDepth ?? 8) > 8, `colours have ${video.bitDepth} bits`],
    [video.isInterlaced === true, 'the pictures are interlaced'],
    [video.hasOpenGroups === true, 'pictures refer across key pictures (open GOP)'],
    [video.isVariableFrameRate, 'the frame rate varies'],
    [rate !== null && (rate < deliveryVideo.minRate || rate > deliveryVideo.maxRate), `it has ${rate} frames a second`],
    [width > deliveryVideo.maxWidth, `it is ${width} pixels wide`],
    [video.bitsPerSecond > deliveryVideo.maxBitsPerSecond, `it has ${Math.round(video.bitsPerSecond / 1_000_000)} Mbit/s`],
    [video.editList === 'cutting', 'an edit list cuts something away'],
  ];
}

function soundReasons({ audioCodec, audioChannels, audioSampleRate }: VideoFacts): Reason[] {
  return [
    [audioCodec !== null && audioCodec !== deliveryVideo.audioCodec, `the sound is ${audioCodec}`],
    [(audioChannels ?? 0) > deliveryVideo.maxChannels, `the sound has ${audioChannels} channels`],
    [(audioSampleRate ?? 0) > deliveryVideo.maxSampleRate, `the sound has ${audioSampleRate} Hz`],
  ];
}

function isOneOf(list: readonly string[], value: string | null): boolean {
  return value !== null && list.includes(value);
}

/** For ffmpeg, behind its input: pictures and sound that networks take, of the first of each, and nothing else of the file. */
export function transcodeArguments(facts: MediaFacts, frame: Frame | null = null): string[] {
  const { video } = facts;
  if (!video) throw new Error('Only videos are encoded again');
  const keepsPictures = frame === null && pictureReasons(facts, video).every(([isNeeded]) => !isNeeded);
  const only = ['-map', '0:V:0', '-map', '0:a:0?', '-sn', '-dn', '-map_metadata', '-1', '-map_chapters', '-1', '-f', 'mp4'];
  return [...only, ...(keepsPictures ? ['-c:v', 'copy'] : pictureArguments(video, frame)), ...soundArguments(video)];
}

function pictureArguments(video: VideoFacts, frame: Frame | null): string[] {
  const rate = deliveryRate(video);
  const bits = Math.floor(Math.min(encoded.bitsPerSecond, (encoded.bytes * 8000) / video.durationMs - encoded.audioBitsPerSecond));
  const gop = String(Math.round((rate ?? video.framesPerSecond ?? 30) * encoded.gopSeconds));
  return [
    '-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'high', '-crf', '18', '-maxrate', String(bits), '-bufsize', String(bits),
    '-g', gop, '-flags', '+cgop', '-vf', filters(video, rate, frame).join(','), '-fps_mode', 'cfr',
    // Colours of HDR are mapped above; of the rest, tags and meaning stay as they are.
    ...(video.isHdr ? ['-color_primaries', 'bt709', '-color_trc', 'bt709', '-colorspace', 'bt709'] : []),
  ];
}

function filters({ isInterlaced, isHdr }: VideoFacts, rate: number | null, frame: Frame | null): string[] {
  const toSdr = 'zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv';
  return [
    ...(isInterlaced ? ['yadif'] : []),
    // Not `-r`: that forgets how long the last picture is shown, and makes a video of just the least length too short.
    ...(rate === null ? [] : [`fps=${rate}`]),
    ...(frame ? shapeOf(frame) : [`scale=w='trunc(min(iw,${deliveryVideo.maxWidth})/2)*2':h=-2`]),
    ...(isHdr ? [toSdr] : []),
    'format=yuv420p',
    'setsar=1',
  ];
}

function shapeOf({ fit, canvas, content }: Frame): string[] {
  if (fit === 'pad') return [`scale=${content.width}:${content.height}`, `pad=${canvas.width}:${canvas.height}:(ow-iw)/2:(oh-ih)/2:color=white`];
  return [`scale=${Math.max(content.width, canvas.width)}:${Math.max(content.height, canvas.height)}`, `crop=${canvas.width}:${canvas.height}`];
}

/** null: as it is. A rate that varies goes to the nearest that cameras have. */
function deliveryRate({ framesPerSecond: rate, isVariableFrameRate }: VideoFacts): number | null {
  if (rate === null) return 30;
  if (rate < deliveryVideo.minRate) return 30;
  if (rate > deliveryVideo.maxRate) return 60;
  if (!isVariableFrameRate) return null;
  return commonRates.toSorted((one, other) => Math.abs(one - rate) - Math.abs(other - rate))[0] ?? 30;
}

function soundArguments(video: VideoFacts): string[] {
  const isFine = soundReasons(video).every(([isNeeded]) => !isNeeded) && video.editList !== 'cutting';
  if (isFine) return ['-c:a', 'copy'];
  const channels = Math.min(video.audioChannels ?? deliveryVideo.maxChannels, deliveryVideo.maxChannels);
  return ['-af', 'aresample=async=1:first_pts=0', '-c:a', 'aac', '-b:a', String(encoded.audioBitsPerSecond), '-ac', String(channels), '-ar', String(deliveryVideo.maxSampleRate)];
}
