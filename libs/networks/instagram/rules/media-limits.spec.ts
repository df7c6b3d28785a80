import { describe, expect, it } from 'vitest';
import type { MediaFacts, VideoFacts } from '#networks/port/media-facts';
import { judgePost } from './judge.js';
import { mediaLimits } from './media-limits.js';

type Verdict = 'ok' | 'warning' | 'error';

const image = (facts: Partial<MediaFacts> = {}): MediaFacts => ({ kind: 'image', contentType: 'image/jpeg', sizeBytes: 500_000, width: 1080, height: 1080, ...facts });
const video = (facts: Partial<VideoFacts> = {}, outer: Partial<MediaFacts> = {}): MediaFacts => ({
  kind: 'video', contentType: 'video/mp4', sizeBytes: 5_000_000, width: 1080, height: 1920,
  video: { durationMs: 20_000, videoCodec: 'avc', audioCodec: 'aac', framesPerSecond: 30, isFastStart: true, isVariableFrameRate: false,
    codecString: 'avc1.640028', chroma: '4:2:0', bitDepth: 8, isInterlaced: false, hasOpenGroups: false, isHdr: false, rotation: 0, bitsPerSecond: 2_000_000,
    audioChannels: 2, audioSampleRate: 48_000, audioBitsPerSecond: 128_000, editList: 'none', isFragmented: false, hasJunk: false, ...facts }, ...outer,
});

const minute = 60_000;
const MiB = 1024 * 1024;

/** [rule, format, file, verdict]: below, at and above each limit. */
const cases: readonly [string, string, MediaFacts, Verdict][] = [
  ['post.image_type', 'post', image(), 'ok'],
  ['post.image_type', 'post', image({ contentType: 'image/png' }), 'warning'],
  ['post.image_type', 'post', image({ contentType: 'image/webp' }), 'error'],
  ['post.image_size_max', 'post', image({ sizeBytes: 8 * MiB }), 'ok'],
  ['post.image_size_max', 'post', image({ sizeBytes: 8 * MiB + 1 }), 'error'],
  ['post.image_side_min', 'post', image({ width: 200, height: 200 }), 'ok'],
  ['post.image_side_min', 'post', image({ width: 199, height: 200 }), 'warning'],
  ['post.aspect_min', 'post', image({ width: 1080, height: 1350 }), 'ok'],
  ['post.aspect_min', 'post', image({ width: 1080, height: 1351 }), 'ok'],
  ['post.aspect_min', 'post', image({ width: 1080, height: 1352 }), 'warning'],
  ['post.aspect_max', 'post', image({ width: 1200, height: 628 }), 'ok'],
  ['post.aspect_max', 'post', image({ width: 1200, height: 620 }), 'warning'],
  ['story.image_type', 'story', image({ contentType: 'image/gif' }), 'error'],
  ['story.image_size_max', 'story', image({ sizeBytes: 8 * MiB }), 'ok'],
  ['story.image_size_max', 'story', image({ sizeBytes: 8 * MiB + 1 }), 'error'],
  ['story.image_side_min', 'story', image({ width: 900, height: 100 }), 'warning'],
  ...(['post', 'reel', 'story'] as const).flatMap((format): [string, string, MediaFacts, Verdict][] => [
    [`${format}.video_type`, format, video({}, { contentType: 'video/quicktime' }), 'ok'],
    [`${format}.video_type`, format, video({}, { contentType: 'video/webm' }), 'error'],
    [`${format}.video_size_max`, format, video({}, { sizeBytes: (format === 'story' ? 100 : 300) * 1_000_000 }), 'ok'],
    [`${format}.video_size_max`, format, video({}, { sizeBytes: (format === 'story' ? 100 : 300) * 1_000_000 + 1 }), 'error'],
    [`${format}.video_side_min`, format, video({}, { width: 200, height: 356 }), 'ok'],
    [`${format}.video_side_min`, format, video({}, { width: 199, height: 356 }), 'warning'],
    [`${format}.video_width_max`, format, video({}, { width: 1920, height: 1080 }), 'ok'],
    [`${format}.video_width_max`, format, video({}, { width: 1922, height: 1080 }), 'warning'],
    [`${format}.video_aspect_max`, format, video({}, { width: 1900, height: 190 }), 'ok'],
    [`${format}.video_aspect_max`, format, video({}, { width: 1900, height: 180 }), 'warning'],
    [`${format}.video_aspect_min`, format, video({}, format === 'story' ? { width: 200, height: 2000 } : { width: 200, height: 20_000 }), 'ok'],
    [`${format}.video_aspect_min`, format, video({}, format === 'story' ? { width: 200, height: 2200 } : { width: 200, height: 50_000 }), 'warning'],
    [`${format}.video_codec`, format, video({ videoCodec: 'hevc' }), 'ok'],
    [`${format}.video_codec`, format, video({ videoCodec: 'vp9' }), 'warning'],
    [`${format}.video_codec`, format, video({ videoCodec: null }), 'warning'],
    [`${format}.audio_codec`, format, video({ audioCodec: null }), 'ok'],
    [`${format}.audio_codec`, format, video({ audioCodec: 'opus' }), 'warning'],
    [`${format}.frame_rate_min`, format, video({ framesPerSecond: 23 }), 'ok'],
    [`${format}.frame_rate_min`, format, video({ framesPerSecond: 22.9 }), 'warning'],
    [`${format}.frame_rate_max`, format, video({ framesPerSecond: 60 }), 'ok'],
    [`${format}.frame_rate_max`, format, video({ framesPerSecond: 60.5 }), 'warning'],
    [`${format}.frame_rate_max`, format, video({ framesPerSecond: null }), 'ok'],
    [`${format}.fast_start`, format, video({ isFastStart: false }), 'warning'],
    [`${format}.fragments`, format, video({ isFragmented: true }), 'warning'],
    [`${format}.edit_list`, format, video({ editList: 'shifting' }), 'warning'],
    [`${format}.edit_list`, format, video({ editList: 'cutting' }), 'warning'],
    [`${format}.chroma`, format, video({ chroma: '4:2:2' }), 'warning'],
    [`${format}.chroma`, format, video({ chroma: null }), 'ok'],
    [`${format}.scan`, format, video({ isInterlaced: true }), 'warning'],
    [`${format}.scan`, format, video({ isInterlaced: null }), 'ok'],
    [`${format}.closed_gop`, format, video({ hasOpenGroups: true }), 'warning'],
    [`${format}.closed_gop`, format, video({ hasOpenGroups: null }), 'ok'],
    [`${format}.bit_rate_max`, format, video({ bitsPerSecond: 25_000_000 }), 'ok'],
    [`${format}.bit_rate_max`, format, video({ bitsPerSecond: 25_000_001 }), 'warning'],
    [`${format}.audio_channels_max`, format, video({ audioChannels: 2 }), 'ok'],
    [`${format}.audio_channels_max`, format, video({ audioChannels: 6 }), 'warning'],
    [`${format}.audio_channels_max`, format, video({ audioChannels: null }), 'ok'],
    [`${format}.audio_sample_rate_max`, format, video({ audioSampleRate: 48_000 }), 'ok'],
    [`${format}.audio_sample_rate_max`, format, video({ audioSampleRate: 96_000 }), 'warning'],
  ]),
  ['post.duration_min', 'post', video({ durationMs: 3000 }), 'ok'],
  ['post.duration_min', 'post', video({ durationMs: 2999 }), 'error'],
  ['post.duration_max', 'post', video({ durationMs: 15 * minute }), 'ok'],
  ['post.duration_max', 'post', video({ durationMs: 15 * minute + 1 }), 'warning'],
  ['post.duration_max', 'post', video({ durationMs: 60 * minute }), 'warning'],
  ['post.duration_max', 'post', video({ durationMs: 60 * minute + 1 }), 'error'],
  ['reel.duration_min', 'reel', video({ durationMs: 3000 }), 'ok'],
  ['reel.duration_min', 'reel', video({ durationMs: 2999 }), 'error'],
  ['reel.duration_max', 'reel', video({ durationMs: 15 * minute }), 'ok'],
  ['reel.duration_max', 'reel', video({ durationMs: 15 * minute + 1 }), 'warning'],
  ['reel.duration_max', 'reel', video({ durationMs: 90 * minute }), 'warning'],
  ['reel.duration_max', 'reel', video({ durationMs: 90 * minute + 1 }), 'error'],
  ['story.duration_min', 'story', video({ durationMs: 3000 }), 'ok'],
  ['story.duration_min', 'story', video({ durationMs: 2999 }), 'warning'],
  ['story.duration_min', 'story', video({ durationMs: 999 }), 'error'],
  ['story.duration_max', 'story', video({ durationMs: 60_000 }), 'ok'],
  ['story.duration_max', 'story', video({ durationMs: 60_001 }), 'warning'],
  ['story.duration_max', 'story', video({ durationMs: 60 * minute + 1 }), 'error'],
];

function verdict(rule: string, format: string, facts: MediaFacts): Verdict {
  const { violations, warnings } = judgePost({ body: '', params: { format }, media: [facts] });
  if (violations.some((violation) => violation.rule === rule)) return 'error';
  return warnings.some((warning) => warning.rule === rule) ? 'warning' : 'ok';
}

describe('media limits', () => {
  it.each(cases)('instagram.%s: format %s, case %#', (name, format, facts, expected) => {
    expect(verdict(`instagram.${name}`, format, facts)).toBe(expected);
  });

  it('tests every limit from the side where it bites', () => {
    const biting = new Set(cases.filter(([, , , expected]) => expected !== 'ok').map(([name]) => `instagram.${name}`));
    expect(mediaLimits.map((limit) => limit.id).filter((id) => !biting.has(id))).toEqual([]);
    expect(new Set(mediaLimits.map((limit) => limit.id)).size).toBe(mediaLimits.length);
  });

  it.each(['post', 'reel', 'story'])('has nothing to say of an ordinary file in a %s', (format) => {
    expect(judgePost({ body: '', params: { format }, media: [video()] })).toEqual({ violations: [], warnings: [] });
  });

  it('names both figures where the sources disagree', () => {
    const { warnings } = judgePost({ body: '', params: { format: 'reel' }, media: [video({ durationMs: 20 * minute })] });
    expect(warnings).toEqual([{
      rule: 'instagram.reel.duration_max', path: 'media[0]',
      message: 'Video duration is 20 min; Meta documents at most 15 min, the usual limit is at most 90 min',
      limit: '15 min', actual: '20 min', fix: 'Cut the video.',
    }]);
  });

  it('names the limit that both refuse, the value by how much it misses, and the file by its place', () => {
    const { violations } = judgePost({ body: '', params: {}, media: [image(), image({ sizeBytes: 8 * MiB + 1 })] });
    expect(violations).toMatchObject([{ path: 'media[1]', message: 'File size is 8388609 bytes; allowed is at most 8 MiB', limit: '8 MiB', actual: '8388609 bytes' }]);
  });
});
