import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { makeJpeg, makePng, makeWebp } from './make-image.js';

describe('image makers', () => {
  it.each([['jpeg', makeJpeg], ['png', makePng], ['webp', makeWebp]] as const)('make a decodable %s of the asked size, the same every time', async (format, make) => {
    const picture = await make({ width: 320, height: 400, seed: 4 });
    expect(await sharp(picture).metadata()).toMatchObject({ format, width: 320, height: 400 });
    expect(picture.equals(await make({ width: 320, height: 400, seed: 4 }))).toBe(true);
    expect(picture.equals(await make({ width: 320, height: 400, seed: 5 }))).toBe(false);
  });
});
