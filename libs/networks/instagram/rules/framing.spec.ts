import { describe, expect, it } from 'vitest';
import { framingOf } from './framing.js';
import { mediaLimits } from './media-limits.js';

const limit = (id: string): number => mediaLimits.find((candidate) => candidate.id === id)?.documented?.limit ?? NaN;

describe('framingOf', () => {
  it('has the range of the rules', () => {
    expect(framingOf({ format: 'post', fit: 'pad' }, { kind: 'image', index: 0 }))
      .toEqual({ fit: 'pad', minAspect: limit('instagram.post.aspect_min'), maxAspect: limit('instagram.post.aspect_max'), tolerancePixels: 1 });
    expect(framingOf({ format: 'story', fit: 'crop' }, { kind: 'video', index: 0 }))
      .toEqual({ fit: 'crop', minAspect: limit('instagram.story.video_aspect_min'), maxAspect: limit('instagram.story.video_aspect_max'), tolerancePixels: 0 });
  });

  it('is per item where a list is given', () => {
    const params = { format: 'post', fit: ['crop', '', 'pad'] };
    expect([0, 1, 2, 3].map((index) => framingOf(params, { kind: 'image', index })?.fit ?? null)).toEqual(['crop', null, 'pad', null]);
  });

  it.each([[{ format: 'post' }], [{ format: 'story', fit: 'pad' }]])('is none for an image of %j: nothing is asked, or no rule knows a range', (params) => {
    expect(framingOf(params, { kind: 'image', index: 0 })).toBeNull();
  });
});
