import { describe, expect, it } from 'vitest';
import type { MediaFacts, MediaKind, VideoFacts } from '#networks/port/media-facts';
import type { RuleDescription } from '#networks/port/rule-description';
import { conclude, image, made, times, verdict, video } from './boundary.fixture.js';
import { describeRules } from './describe-rules.js';
import type { MediaLimitsMode } from './media-limit.js';
import { mediaLimits } from './media-limits.js';

interface Sample { readonly facts: MediaFacts; readonly value: number | string }

const of = (kind: MediaKind, outer: Partial<MediaFacts>, inner: Partial<VideoFacts> = {}): MediaFacts =>
  (kind === 'image' ? { ...image, ...outer } : { ...video, ...outer, video: { ...video.video, ...inner } });

/** A frame whose ratio is exactly the limit, and its neighbours by whole pixels. */
function frame(kind: MediaKind, limit: number, pixels: number): Sample {
  const height = times(20_000, (index) => 150 + index).find((side) => side * limit >= 150 && Math.abs(side * limit - Math.round(side * limit)) < 1e-9);
  if (height === undefined) throw new Error(`No frame has the ratio ${limit}`);
  const width = Math.round(height * limit) + pixels;
  return { facts: of(kind, { width, height }), value: width / height };
}

const stepped = (step: number, make: (value: number, kind: MediaKind) => MediaFacts) =>
  (kind: MediaKind, limit: number, steps: number): Sample => ({ facts: make(limit + steps * step, kind), value: limit + steps * step });

/** How to make a file that has so much of a subject. */
const numbers: Readonly<Record<string, (kind: MediaKind, limit: number, steps: number) => Sample>> = {
  file_size: stepped(1, (sizeBytes, kind) => of(kind, { sizeBytes })),
  video_duration: stepped(1, (durationMs) => of('video', {}, { durationMs })),
  width: stepped(1, (width, kind) => of(kind, { width })),
  shorter_side: stepped(1, (side, kind) => of(kind, { width: side, height: side + 1 })),
  frame_rate: stepped(0.1, (framesPerSecond) => of('video', {}, { framesPerSecond })),
  aspect_ratio: frame,
  bit_rate: stepped(1, (bitsPerSecond) => of('video', {}, { bitsPerSecond })),
  number_of_audio_channels: stepped(1, (audioChannels) => of('video', {}, { audioChannels })),
  audio_sample_rate: stepped(1, (audioSampleRate) => of('video', {}, { audioSampleRate })),
};

const words: Readonly<Record<string, (value: string, kind: MediaKind) => MediaFacts>> = {
  image_type: (contentType) => of('image', { contentType }),
  video_type: (contentType) => of('video', { contentType }),
  video_codec: (videoCodec) => of('video', {}, { videoCodec }),
  audio_codec: (audioCodec) => of('video', {}, { audioCodec }),
  edit_list: (value) => of('video', {}, { editList: value === 'none' ? 'none' : 'cutting' }),
  chroma_format: (value) => of('video', {}, { chroma: value === '4:2:0' ? '4:2:0' : '4:4:4' }),
  scan: (value) => of('video', {}, { isInterlaced: value !== 'progressive' }),
  groups_of_pictures: (value) => of('video', {}, { hasOpenGroups: value !== 'closed' }),
  index: (value) => of('video', {}, { isFragmented: value !== 'whole' }),
  index_position: (value) => of('video', {}, { isFastStart: value === 'in front' }),
};

const modes: readonly MediaLimitsMode[] = ['lenient', 'documented'];
const limitIds = new Set(mediaLimits.map((limit) => limit.id));
const rulesOf = (mode: MediaLimitsMode): RuleDescription[] => describeRules(mode).filter((rule) => limitIds.has(rule.id));
const thresholds = (id: string) => modes.flatMap((mode) => rulesOf(mode).find((rule) => rule.id === id)?.thresholds ?? []);

/** At each figure of either mode, a step inside and a step outside; each word of either mode, and one of neither. */
function samplesOf({ id, media, subject }: RuleDescription): Sample[] {
  const kind = media ?? 'image';
  const figures = new Set(thresholds(id).map(({ limit }) => limit).filter((limit) => limit !== null));
  const allowed = new Set(thresholds(id).flatMap(({ values }) => values ?? []));
  const numeric = [...figures].flatMap((limit) => [-2, -1, 0, 1, 2].map((steps) => made(numbers, subject)(kind, limit, steps)));
  if (allowed.size === 0) return numeric;
  return [...[...allowed, 'something/else'].map((value) => ({ facts: made(words, subject)(value, kind), value })), ...numeric];
}

const cases = modes.flatMap((mode) => rulesOf(mode).flatMap((rule) =>
  samplesOf(rule).map((sample) => ({ id: rule.id, mode, rule, ...sample }))));

describe('media limits at their edges', () => {
  it.each(cases)('$id, $mode: $value', ({ id, mode, rule, facts, value }) => {
    const tolerance = rule.tolerance === 'one_pixel' ? 1.000_001 / facts.height : 0;
    const post = { body: '', params: { format: rule.formats[0] }, media: [facts] };
    expect(verdict(id, post, mode)).toBe(conclude(rule, value, { tolerance }));
  });

  it.each(rulesOf('lenient').map(({ id }) => id))('%s bites and lets through, in every severity it has', (id) => {
    for (const mode of modes) {
      const mine = cases.filter((sample) => sample.id === id && sample.mode === mode);
      const found = new Set(mine.map(({ rule, facts, value }) => conclude(rule, value, { tolerance: rule.tolerance ? 1.000_001 / facts.height : 0 })));
      const severities = mine[0]?.rule.thresholds.map(({ severity }) => severity) ?? [];
      expect([...found].sort()).toEqual(['ok', ...severities].sort());
    }
  });

  it('are errors under the documented mode exactly where Meta documents a limit', () => {
    const severities = (mode: MediaLimitsMode) => new Map(rulesOf(mode).map((rule) => [rule.id, rule.thresholds.map(({ severity }) => severity)]));
    for (const limit of mediaLimits) {
      expect(severities('documented').get(limit.id)).toEqual([limit.documented ? 'error' : 'warning']);
      expect(severities('lenient').get(limit.id)?.at(-1)).toBe(limit.model?.words === limit.documented?.words ? 'error' : 'warning');
    }
  });

  it('never have a model that is stricter than Meta', () => {
    const stricter = mediaLimits.filter(({ comparison, model, documented }) => {
      if (!model || !documented) return false;
      if (model.limit === null || documented.limit === null) return !documented.values?.every((value) => model.values?.includes(value));
      return comparison === 'max' ? model.limit < documented.limit : model.limit > documented.limit;
    });
    expect(stricter.map(({ id }) => id)).toEqual([]);
  });

  it('say in the documented mode what is allowed, and name both figures in the lenient one', () => {
    const post = { body: '', params: { format: 'reel' }, media: [of('video', {}, { durationMs: 1_200_000 })] };
    const [documented, lenient] = [rulesOf('documented'), rulesOf('lenient')].map((rules) => rules.find(({ id }) => id === 'instagram.reel.duration_max')?.thresholds);
    expect(verdict('instagram.reel.duration_max', post, 'documented')).toBe('error');
    expect(documented).toEqual([{ severity: 'error', limit: 900_000, values: null, message: 'Video duration is {actual}; allowed is at most 15 min' }]);
    expect(lenient).toEqual([
      { severity: 'error', limit: 5_400_000, values: null, message: 'Video duration is {actual}; allowed is at most 90 min' },
      { severity: 'warning', limit: 900_000, values: null, message: 'Video duration is {actual}; Meta documents at most 15 min, the usual limit is at most 90 min' },
    ]);
  });
});
