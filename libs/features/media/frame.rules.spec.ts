import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fit, Framing } from '#networks/port/framing';
import { frameFor, frameNote, type Size } from './frame.rules.js';

const picture = { maxWidth: 1440, step: 1 } as const;
const video = { maxWidth: 1920, step: 2 } as const;
const feed = (fit: Fit): Framing => ({ fit, minAspect: 4 / 5, maxAspect: 1.91, tolerancePixels: 1 });
const clip = (fit: Fit): Framing => ({ fit, minAspect: 0.1, maxAspect: 10, tolerancePixels: 0 });
const fits: readonly Fit[] = ['pad', 'crop'];
const side = fc.integer({ min: 200, max: 4000 });

function isWithin({ width, height }: Size, { minAspect, maxAspect, tolerancePixels }: Framing): boolean {
  return (width - tolerancePixels) / height <= (maxAspect ?? Infinity) && (width + tolerancePixels) / height >= (minAspect ?? 0);
}

describe('frameFor', () => {
  it.each(fits)('%s: every picture ends within the range and the width, without the tolerance, and is never enlarged', (fit) => {
    fc.assert(fc.property(side, side, (width, height) => {
      const frame = frameFor({ width, height }, feed(fit), picture);
      expect(frame === null).toBe(isWithin({ width, height }, feed(fit)));
      if (!frame) return;
      const { canvas, content } = frame;
      expect(isWithin(canvas, { ...feed(fit), tolerancePixels: 0 })).toBe(true);
      expect(canvas.width).toBeLessThanOrEqual(1440);
      expect(content.width).toBeLessThanOrEqual(width);
      expect(content.height).toBeLessThanOrEqual(height);
      const inner = fit === 'pad' ? [content, canvas] : [canvas, content];
      expect(inner[0]?.width).toBeLessThanOrEqual(inner[1]?.width ?? 0);
      expect(inner[0]?.height).toBeLessThanOrEqual(inner[1]?.height ?? 0);
    }), { numRuns: 3000 });
  });

  it.each(fits)('%s: every video ends within the range, with even sides', (fit) => {
    fc.assert(fc.property(fc.integer({ min: 16, max: 4000 }), fc.integer({ min: 16, max: 4000 }), (width, height) => {
      const frame = frameFor({ width, height }, clip(fit), video);
      expect(frame === null).toBe(isWithin({ width, height }, clip(fit)));
      if (!frame) return;
      const { canvas } = frame;
      expect([canvas.width % 2, canvas.height % 2, canvas.width <= 1920, isWithin(canvas, clip(fit))]).toEqual([0, 0, true, true]);
    }), { numRuns: 3000 });
  });

  it.each<[string, number, number, boolean]>([
    ['4:5 itself', 800, 1000, false], ['a pixel narrower', 799, 1000, false], ['two pixels narrower', 798, 1000, true],
    ['1.91:1 itself', 1910, 1000, false], ['a pixel wider', 1911, 1000, false], ['two pixels wider', 1912, 1000, true],
    ['what Meta recommends', 1200, 628, false], ['a square', 4000, 4000, false],
  ])('touches %s only when the rule does not allow it', (_name, width, height, isTouched) => {
    for (const fit of fits) expect(frameFor({ width, height }, feed(fit), picture) !== null).toBe(isTouched);
  });

  it.each<[number, number, Fit, Size, Size]>([
    [1910, 955, 'pad', { width: 1440, height: 754 }, { width: 1440, height: 720 }],
    [1910, 955, 'crop', { width: 1440, height: 754 }, { width: 1508, height: 754 }],
    [1000, 500, 'crop', { width: 955, height: 500 }, { width: 1000, height: 500 }],
    [1000, 500, 'pad', { width: 1000, height: 524 }, { width: 1000, height: 500 }],
    [1000, 2000, 'pad', { width: 1440, height: 1800 }, { width: 900, height: 1800 }],
    [1000, 2000, 'crop', { width: 1000, height: 1250 }, { width: 1000, height: 2000 }],
    [1, 4000, 'crop', { width: 1, height: 1 }, { width: 1, height: 4000 }],
  ])('makes of %d×%d by %s %j, of %j', (width, height, fit, canvas, content) => {
    expect(frameFor({ width, height }, feed(fit), picture)).toEqual({ fit, canvas, content });
  });

  it('does nothing that nobody asked for', () => {
    expect(frameFor({ width: 4000, height: 200 }, null, picture)).toBeNull();
    expect(frameFor({ width: 4000, height: 200 }, { fit: 'pad', minAspect: null, maxAspect: null, tolerancePixels: 0 }, picture)).toBeNull();
  });
});

it('says both sizes', () => {
  const size = { width: 1000, height: 500 };
  const note = (fit: Fit) => frameNote({ fit, canvas: { width: 1000, height: 524 }, content: size }, size, 'media[2]');
  expect(note('pad')).toEqual({ rule: 'media.padded', path: 'media[2]', message: 'Padded with white from 1000×500 to 1000×524 pixels', limit: '1000×524', actual: '1000×500' });
  expect(note('crop')).toMatchObject({ rule: 'media.cropped', message: 'Cropped to the middle from 1000×500 to 1000×524 pixels' });
});
