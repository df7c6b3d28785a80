import sharp, { type Sharp } from 'sharp';
import { makeHeic } from '#testing/media/make-heic';
import { makeJpeg, makePng, makeWebp, pattern } from '#testing/media/make-image';
import { picture, refused, taken, type CorpusFile, type Verdict } from './corpus-file.js';
import { animatedPng, commentedTo, plainPng, withJpegSides, withSegment } from './surgery.js';

const square = { width: 320, height: 320 };
const jpeg = (width: number, height = width): (() => Promise<Buffer>) => () => makeJpeg({ width, height });
const shaped = (change: (image: Sharp) => Sharp, size = square): (() => Promise<Buffer>) => () => change(pattern(size)).toBuffer();
const animation = async (): Promise<Sharp> => sharp(await pattern({ width: 320, height: 960 }).raw().toBuffer(), { raw: { width: 320, height: 960, channels: 3, pageHeight: 320 } });
const everywhere = (verdict: Verdict): CorpusFile['verdicts'] => ({ post: verdict, carousel: verdict, story: verdict });
const converted = taken('media.converted');

const formats: readonly CorpusFile[] = [
  picture('jpeg', jpeg(320), { ...everywhere(taken()), cover: taken(), reel: refused('video_required') }),
  picture('jpeg, progressive', shaped((image) => image.jpeg({ progressive: true })), everywhere(taken())),
  picture('jpeg, grey', shaped((image) => image.greyscale().jpeg()), everywhere(taken())),
  picture('jpeg, CMYK', shaped((image) => image.toColourspace('cmyk').jpeg()), everywhere(taken('media.colours'))),
  picture('jpeg, 4:4:4 chroma', shaped((image) => image.jpeg({ chromaSubsampling: '4:4:4' })), { post: taken() }),
  picture('jpeg, Display P3', shaped((image) => image.withIccProfile('p3').jpeg()), { post: taken() }),
  picture('jpeg with several pictures (MPO)', async () => withSegment(await makeJpeg(square), 0xe2, 'MPF\0data'), everywhere(taken('media.first_frame'))),
  picture('jpeg of two eyes (JPS)', async () => withSegment(await makeJpeg(square), 0xe3, '_JPSJPS_data'), { post: taken('media.first_frame') }),
  picture('png', () => makePng(square), { ...everywhere(converted), cover: taken(), reel: refused('video_required') }),
  picture('png with a palette', shaped((image) => image.png({ palette: true })), { post: converted }),
  picture('png with 16 bits', shaped((image) => image.toColourspace('rgb16').png()), { post: converted, story: converted }),
  picture('png, grey', shaped((image) => image.greyscale().png()), { post: converted }),
  picture('png, transparent', shaped((image) => image.ensureAlpha(0.5).png()), { post: taken('media.converted', 'media.flattened') }),
  picture('png, animated', async () => animatedPng(await makePng(square)), { post: converted }),
  picture('webp', () => makeWebp(square), everywhere(converted)),
  picture('webp, animated', () => animation().then((frames) => frames.webp().toBuffer()), { post: taken('media.converted', 'media.first_frame'), story: taken('media.converted', 'media.first_frame') }),
  picture('gif, animated', () => animation().then((frames) => frames.gif({ effort: 1 }).toBuffer()), { post: taken('media.converted', 'media.first_frame', 'media.flattened') }),
  picture('gif', shaped((image) => image.gif()), everywhere(converted)),
  picture('avif', shaped((image) => image.avif({ effort: 0 })), { post: converted, story: converted }),
  picture('heic', async () => makeHeic(await makePng(square)), { post: converted, story: converted, cover: taken() }),
];

const turned = [1, 2, 3, 4, 5, 6, 7, 8].map((orientation) =>
  picture(`jpeg, orientation ${orientation}`, shaped((image) => image.withMetadata({ orientation }).jpeg()), { post: orientation === 1 ? taken() : taken('media.turned') }));

const byOrientation: readonly CorpusFile[] = [
  picture('jpeg that becomes too narrow when turned', shaped((image) => image.withMetadata({ orientation: 6 }).jpeg(), { width: 600, height: 400 }), { post: refused('aspect_min') }),
  picture('jpeg that becomes wide enough when turned', shaped((image) => image.withMetadata({ orientation: 6 }).jpeg(), { width: 400, height: 600 }), { post: taken('media.turned') }),
];

/** Both sides of each limit, the ratios with their pixel of tolerance. */
const edges: readonly CorpusFile[] = ([
  [800, 1000, taken()], [799, 1000, taken()], [798, 1000, refused('aspect_min')],
  [1080, 1350, taken()], [1080, 1351, taken()], [1080, 1352, refused('aspect_min')], [1080, 1440, refused('aspect_min')], [1080, 1920, refused('aspect_min')],
  [955, 500, taken()], [956, 500, taken()], [957, 500, refused('aspect_max')], [1200, 628, taken()], [1200, 626, refused('aspect_max')],
  [200, 200, taken()], [199, 199, taken('image_side_min')], [1, 1, taken('image_side_min')],
  [1440, 1440, taken()], [1441, 1441, taken('media.scaled')], [2400, 1800, taken('media.scaled')],
] as const).map(([width, height, verdict]) => picture(`jpeg of ${width}×${height}`, jpeg(width, height), { post: verdict, carousel: verdict }));

const sizes: readonly CorpusFile[] = ([
  ['8,000,000 bytes', 8_000_000, taken()], ['8,000,001 bytes', 8_000_001, taken('media.compressed')],
  ['8 MiB - 1', 8_388_607, taken('media.compressed')], ['8 MiB', 8_388_608, taken('media.compressed')], ['8 MiB + 1', 8_388_609, taken('media.compressed')],
] as const).map(([name, length, verdict]) => picture(`jpeg of ${name}`, async () => commentedTo(await makeJpeg(square), length), { post: verdict, story: verdict, cover: taken() }));

/** Stories have no limit of aspect. */
const stories: readonly CorpusFile[] = ([[540, 960, []], [200, 1000, []], [1000, 200, []], [100, 900, ['image_side_min']]] as const).map(([width, height, rules]) =>
  picture(`jpeg story of ${width}×${height}`, jpeg(width, height), { story: taken(...rules) }));

const larger: readonly CorpusFile[] = ([['png', makePng, 1081], ['png', makePng, 1600], ['webp', makeWebp, 1080], ['webp', makeWebp, 1600]] as const).map(([name, make, side]) =>
  picture(`${name} of ${side}²`, () => make({ width: side, height: side }), { post: side > 1440 ? taken('media.converted', 'media.scaled') : converted }));

const bombs: readonly CorpusFile[] = [
  picture('png of 20,000²', async () => plainPng(20_000), { post: refused('media.pixels_max'), story: refused('media.pixels_max') }),
  picture('jpeg that says it is 20,000²', async () => withJpegSides(await makeJpeg(square), 20_000, 20_000), { post: refused('media.pixels_max') }, { own: 'cannot be decoded' }),
];

export const pictures: readonly CorpusFile[] = [...formats, ...turned, ...byOrientation, ...edges, ...sizes, ...stories, ...larger, ...bombs];
