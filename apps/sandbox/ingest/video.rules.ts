import type { ContainerKind } from '../graph/publishing/container-kind.rules.js';
import type { VideoFacts } from './video.probe.js';

interface VideoLimits {
  maxBytes: number;
  minMs: number;
  maxMs: number;
  minAspect: number;
  maxAspect: number;
}

const MB = 1_000_000;
const MAX_WIDTH = 1920;
/** H.264 and HEVC (§1.7). */
const CODECS = ['avc1', 'avc3', 'hvc1', 'hev1'];

/** §1.7. The table has no column for carousel videos: they are held to the reel's. */
export function videoLimits(kind: ContainerKind): VideoLimits {
  if (kind === 'story_video') return { maxBytes: 100 * MB, minMs: 3000, maxMs: 60_000, minAspect: 0.1, maxAspect: 10 };
  return { maxBytes: 300 * MB, minMs: 3000, maxMs: 15 * 60_000, minAspect: 0.01, maxAspect: 10 };
}

/**
 * The 2207xxx subcode a video earns, or null: 2207026 format (box structure, index last, codec), 2207085 duration or
 * resolution, 2207057 `thumb_offset` beyond the end (§2.3).
 */
export function judgeVideo(facts: VideoFacts | null, kind: ContainerKind, thumbOffset: number | null): number | null {
  if (!facts?.isIndexFirst || facts.codec === null || !CODECS.includes(facts.codec)) return 2207026;
  const limits = videoLimits(kind);
  if (facts.durationMs < limits.minMs || facts.durationMs > limits.maxMs) return 2207085;
  if (facts.width === 0 || facts.height === 0 || facts.width > MAX_WIDTH) return 2207085;
  const aspect = facts.width / facts.height;
  if (aspect < limits.minAspect || aspect > limits.maxAspect) return 2207085;
  return thumbOffset !== null && thumbOffset >= facts.durationMs ? 2207057 : null;
}
