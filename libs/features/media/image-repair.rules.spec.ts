import { describe, expect, it } from 'vitest';
import type { MediaFacts } from '#networks/port/media-facts';
import { repairsFor } from './image-repair.rules.js';
import type { ImageTraits } from './probed-media.js';

const facts: MediaFacts = { kind: 'image', contentType: 'image/jpeg', sizeBytes: 200_000, width: 1080, height: 1350 };
const traits: ImageTraits = { orientation: 1, colourSpace: 'srgb', hasAlpha: false, pages: 1, isMultiPicture: false };

function rules(facts_: Partial<MediaFacts>, traits_: Partial<ImageTraits> = {}): string[] {
  return repairsFor({ facts: { ...facts, ...facts_ }, image: { ...traits, ...traits_ } }, 'media[0]').map(({ rule }) => rule);
}

describe('repairsFor', () => {
  it('leaves a fine JPEG, a grey one and every video alone', () => {
    expect(rules({})).toEqual([]);
    expect(rules({}, { colourSpace: 'b-w' })).toEqual([]);
    expect(repairsFor({ facts: { ...facts, kind: 'video', contentType: 'video/mp4', width: 4000 }, image: null }, 'media[0]')).toEqual([]);
  });

  it.each([
    [{ contentType: 'image/png' }, {}, ['media.converted']],
    [{ contentType: 'image/png' }, { hasAlpha: true, colourSpace: 'rgb16' }, ['media.converted', 'media.flattened']],
    [{ contentType: 'image/gif' }, { pages: 12 }, ['media.converted', 'media.first_frame']],
    [{}, { orientation: 6 }, ['media.turned']],
    [{}, { isMultiPicture: true }, ['media.first_frame']],
    [{}, { colourSpace: 'cmyk' }, ['media.colours']],
    [{ width: 1440 }, {}, []],
    [{ width: 1441 }, {}, ['media.scaled']],
    [{ sizeBytes: 8_000_000 }, {}, []],
    [{ sizeBytes: 8_000_001 }, {}, ['media.compressed']],
    [{ contentType: 'image/png', sizeBytes: 8_000_001 }, {}, ['media.converted']],
  ])('for %j and %j names %j', (facts_, traits_, expected) => {
    expect(rules(facts_, traits_)).toEqual(expected);
  });

  it('names the frame instead of the width', () => {
    const frame = { fit: 'crop', canvas: { width: 1440, height: 754 }, content: { width: 3000, height: 754 } } as const;
    expect(repairsFor({ facts: { ...facts, width: 3000 }, image: traits }, 'media[0]', frame).map(({ rule }) => rule)).toEqual(['media.cropped']);
  });

  it('says what was done, where and from what', () => {
    expect(repairsFor({ facts: { ...facts, width: 3000 }, image: traits }, 'media[3]')).toEqual([
      { rule: 'media.scaled', path: 'media[3]', message: 'Scaled from 3000 to 1440 pixels wide', limit: 1440, actual: 3000 },
    ]);
  });
});
