import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { probeImage } from './image.probe.js';

const canvas = (): Sharp => sharp({ create: { width: 60, height: 40, channels: 3, background: '#888' } });

/** Inserts a segment right after the start of the image. */
function withSegment(jpeg: Buffer, marker: number, content: string): Buffer {
  const head = Buffer.from([0xff, marker, 0, content.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), head, Buffer.from(content, 'latin1'), jpeg.subarray(2)]);
}

describe('image probe', () => {
  it('reads the size of baseline and progressive JPEGs', async () => {
    for (const progressive of [false, true]) {
      expect(probeImage(await canvas().jpeg({ progressive }).toBuffer())).toEqual({ format: 'jpeg', width: 60, height: 40 });
    }
  });

  it('swaps the sides of a picture its EXIF orientation turns', async () => {
    expect(probeImage(await canvas().withMetadata({ orientation: 6 }).jpeg().toBuffer())).toMatchObject({ width: 40, height: 60 });
    expect(probeImage(await canvas().withMetadata({ orientation: 3 }).jpeg().toBuffer())).toMatchObject({ width: 60, height: 40 });
  });

  it('knows multi-picture and stereo JPEGs by their labels', async () => {
    const jpeg = await canvas().jpeg().toBuffer();
    expect(probeImage(withSegment(jpeg, 0xe2, 'MPF\0data')).format).toBe('multi-picture jpeg');
    expect(probeImage(withSegment(jpeg, 0xe3, '_JPSJPS_data')).format).toBe('multi-picture jpeg');
  });

  it('names other formats by their magic', async () => {
    expect(probeImage(await canvas().png().toBuffer())).toEqual({ format: 'png', width: 60, height: 40 });
    expect(probeImage(await canvas().webp().toBuffer()).format).toBe('webp');
    expect(probeImage(await canvas().gif().toBuffer()).format).toBe('gif');
    expect(probeImage(Buffer.from('<html>')).format).toBe('unknown');
  });

  it('survives every truncation of a picture', async () => {
    for (const picture of [await canvas().withMetadata({ orientation: 6 }).jpeg().toBuffer(), await canvas().png().toBuffer()]) {
      for (let length = 0; length < picture.length; length += 1) expect(() => probeImage(picture.subarray(0, length))).not.toThrow();
    }
  });
});
