import sharp, { type Sharp } from 'sharp';

export interface ImageOptions {
  readonly width: number;
  readonly height: number;
  /** Different seeds give visibly different pictures. Default 0. */
  readonly seed?: number;
  /** 1–100, default 80. PNG has none. */
  readonly quality?: number;
}

/** A JPEG of coloured tiles, a few dozen kilobytes for 1080×1080; the same options give the same bytes. */
export function makeJpeg(options: ImageOptions): Promise<Buffer> {
  return pattern(options).jpeg({ quality: options.quality ?? 80 }).toBuffer();
}

export function makePng(options: ImageOptions): Promise<Buffer> {
  return pattern(options).png({ compressionLevel: 6 }).toBuffer();
}

export function makeWebp(options: ImageOptions): Promise<Buffer> {
  return pattern(options).webp({ quality: options.quality ?? 80 }).toBuffer();
}

const tile = 32;

/** Raw tiles for cases of their own (orientation, CMYK, alpha …): continue with any sharp operation. */
export function pattern({ width, height, seed = 0 }: ImageOptions): Sharp {
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const cell = Math.floor(x / tile) * 31 + Math.floor(y / tile) * 57 + seed * 101;
      const offset = (y * width + x) * 3;
      pixels[offset] = (cell * 37) & 255;
      pixels[offset + 1] = (cell * 73 + seed * 11) & 255;
      pixels[offset + 2] = (255 * x) / width;
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}
