import type { ContainerKind } from '../graph/publishing/container-kind.rules.js';
import type { AccountSettings } from '../state/account.settings.js';
import type { ContainerDraft } from '../state/entities.js';
import type { VideoFacts } from './video.probe.js';

interface VideoLimits {
  maxBytes: number;
  minMs: number;
  maxMs: number;
  minAspect: number;
  maxAspect: number;
}

type Limits = AccountSettings['limits'];

const MB = 1_000_000;
const MINUTE = 60_000;
const MAX_WIDTH = 1920;
/** H.264 and HEVC (§1.7). */
const CODECS = ['avc1', 'avc3', 'hvc1', 'hev1'];
/** 23…60 (§1.7), with room for how 24,000/1001 and the last frame of a file round. */
const FRAME_RATES = { min: 22.9, max: 60.1 };
/** §1.7 says VBR ≤ 25 Mbit/s: the average over the whole film is what can be measured. */
const MAX_BITS_PER_SECOND = 25_000_000;
const MAX_SAMPLE_RATE = 48_000;
const MAX_CHANNELS = 2;

/** §1.7. The table has no column for carousel videos: they are held to the reel's. Lenient: its "Conflicts". */
export function videoLimits(kind: ContainerKind, limits: Limits): VideoLimits {
  const isLenient = limits === 'lenient';
  if (kind === 'story_video') return { maxBytes: 100 * MB, minMs: isLenient ? 1000 : 3000, maxMs: MINUTE, minAspect: 0.1, maxAspect: 10 };
  const maxLenient = kind === 'reel' ? 90 * MINUTE : 60 * MINUTE;
  return { maxBytes: 300 * MB, minMs: 3000, maxMs: isLenient ? maxLenient : 15 * MINUTE, minAspect: 0.01, maxAspect: 10 };
}

/**
 * The 2207xxx subcode a video earns, or null (§2.3). Which rule of §1.7 earns which subcode is documented for none but
 * `thumb_offset` and sound on silence; 2207026 ("format") is given for what the file is made of, 2207085
 * ("format/duration/resolution") for how much of it there is.
 */
export function judgeVideo(facts: VideoFacts | null, kind: ContainerKind, draft: ContainerDraft, limits: Limits): number | null {
  if (!facts || !isFormatAccepted(facts, limits)) return 2207026;
  if (!isMeasureAccepted(facts, videoLimits(kind, limits))) return 2207085;
  if (draft.thumb_offset !== null && draft.thumb_offset >= facts.durationMs) return 2207057;
  const isMusicOnSilence = facts.audio === null && draft.audio_configuration !== null && draft.audio_configuration.video_volume !== 0;
  return isMusicOnSilence ? 2207082 : null;
}

/** Other tools accept an index behind the data, edit lists and open groups of pictures; nobody accepts other codecs. */
function isFormatAccepted(facts: VideoFacts, limits: Limits): boolean {
  if (facts.codec === null || !CODECS.includes(facts.codec) || !facts.format?.isYuv420 || !facts.format.isProgressive) return false;
  if (facts.audio !== null && !facts.audio.isAac) return false;
  return limits === 'lenient' || (facts.isIndexFirst && !facts.isEdited && !facts.hasOpenGroups);
}

function isMeasureAccepted(facts: VideoFacts, limits: VideoLimits): boolean {
  const { durationMs, width, height, columns, framesPerSecond, audio } = facts;
  if (durationMs < limits.minMs || durationMs > limits.maxMs) return false;
  if (width === 0 || height === 0 || columns > MAX_WIDTH) return false;
  if (width / height < limits.minAspect || width / height > limits.maxAspect) return false;
  if (framesPerSecond < FRAME_RATES.min || framesPerSecond > FRAME_RATES.max) return false;
  if ((facts.dataBytes * 8000) / durationMs > MAX_BITS_PER_SECOND) return false;
  return audio === null || (audio.sampleRate <= MAX_SAMPLE_RATE && audio.channels >= 1 && audio.channels <= MAX_CHANNELS);
}
