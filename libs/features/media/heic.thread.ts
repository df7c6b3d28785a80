import type { MessagePort } from 'node:worker_threads';

export interface HeicQuestion {
  readonly path: string;
  readonly maxPixels: number;
  /** The picture is in Display P3, as telephones take it. */
  readonly isDisplayP3: boolean;
}

/** `pixels`: red, green, blue and alpha of each, upright, sRGB. */
export type HeicAnswer =
  | { readonly outcome: 'decoded'; readonly width: number; readonly height: number; readonly pixels: Uint8Array }
  | { readonly outcome: 'failed'; readonly reason: string };

interface HeifImage {
  get_width(): number;
  get_height(): number;
  is_primary(): boolean;
  display(target: { data: Uint8ClampedArray; width: number; height: number }, done: (result: unknown) => void): void;
  free(): void;
}

/** What we use of libheif-js. */
export interface LibHeif {
  readonly HeifDecoder: new () => { decode(bytes: Uint8Array): HeifImage[] };
}

/** One picture per message. Runs in a thread of its own, as its own source text with that of `heicParts`: see `media-thread.ts`. */
export function answerHeicRequests(libheif: LibHeif, port: MessagePort): void {
  async function decode({ path, maxPixels, isDisplayP3 }: HeicQuestion): Promise<HeicAnswer> {
    const { readFile } = process.getBuiltinModule('node:fs/promises');
    const images = new libheif.HeifDecoder().decode(await readFile(path));
    try {
      const image = images.find((candidate) => candidate.is_primary()) ?? images[0];
      const [width, height] = [image?.get_width() ?? 0, image?.get_height() ?? 0];
      if (!image || width * height === 0 || width * height > maxPixels) throw new Error(`no picture of a possible size (${width}x${height})`);
      const target = { data: new Uint8ClampedArray(width * height * 4), width, height };
      await new Promise<void>((done, fail) => image.display(target, (result) => (result ? done() : fail(new Error('its pixels cannot be decoded')))));
      if (isDisplayP3) displayP3ToSrgb(target.data);
      return { outcome: 'decoded', width, height, pixels: new Uint8Array(target.data.buffer) };
    } finally {
      for (const image of images) image.free();
    }
  }

  port.on('message', (question: HeicQuestion) => {
    decode(question).then(
      (answer) => port.postMessage(answer, answer.outcome === 'decoded' ? [answer.pixels.buffer as ArrayBuffer] : []),
      (error: unknown) => port.postMessage({ outcome: 'failed', reason: String(error) } satisfies HeicAnswer),
    );
  });
}

/** Both have the same curve and white, so linear light is turned by one matrix (CSS Color 4 §17). What sRGB cannot show is clipped. */
function displayP3ToSrgb(pixels: Uint8ClampedArray): void {
  const linear = Float32Array.from({ length: 256 }, (_, value) => (value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
  const steps = 4096;
  const encoded = Uint8ClampedArray.from({ length: steps + 1 }, (_, step) => {
    const light = step / steps;
    return 255 * (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055);
  });
  const toByte = (light: number): number => encoded[Math.round(Math.min(1, Math.max(0, light)) * steps)] ?? 0;
  for (let at = 0; at < pixels.length; at += 4) {
    const [red, green, blue] = [linear[pixels[at] ?? 0] ?? 0, linear[pixels[at + 1] ?? 0] ?? 0, linear[pixels[at + 2] ?? 0] ?? 0];
    pixels[at] = toByte(1.2249402 * red - 0.2249402 * green);
    pixels[at + 1] = toByte(-0.0420570 * red + 1.0420570 * green);
    pixels[at + 2] = toByte(-0.0196376 * red - 0.0786361 * green + 1.0982737 * blue);
  }
}

export const heicParts = [displayP3ToSrgb];
