import sharp from 'sharp';
import { makeJpeg, makePng } from '#testing/media/make-image';
import { picture, refused, taken, video, type CorpusFile } from './corpus-file.js';
import { cut } from './surgery.js';
import type { Workshop } from './workshop.js';

const square = { width: 320, height: 320 };
const tenths = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

/** Cut off at ten places; the first leaves a tenth of a percent, in the middle of a header. */
function truncated(name: string, make: (workshop: Workshop) => Promise<Buffer>, add: typeof picture, posted: 'post' | 'reel'): CorpusFile[] {
  return tenths.map((tenth) => add(`${name}, cut off after ${tenth}/10`, async (workshop) => {
    const whole = await make(workshop);
    return tenth === 0 ? whole.subarray(0, 20) : cut(whole, tenth, 10);
  }, { [posted]: refused('media.damaged'), ...(posted === 'post' && { cover: refused('media.damaged') }) }));
}

const cuts: readonly CorpusFile[] = [
  ...truncated('jpeg', () => makeJpeg(square), picture, 'post'),
  ...truncated('png', () => makePng(square), picture, 'post'),
  ...truncated('mp4', (workshop) => workshop.reel(), video, 'reel'),
  ...truncated('mp4 with its index behind', (workshop) => workshop.reel({ fastStart: false }), video, 'reel').filter((_file, index) => index % 3 === 1),
];

const text = (content: string) => async (): Promise<Buffer> => Buffer.from(content, 'latin1');
const html = '<!doctype html><html><body>Sign in to see this picture</body></html>';
const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="320"><script>alert(1)</script></svg>';
const zip = `PK\x05\x06${'\0'.repeat(18)}`;

/** What is no picture and no video at all. */
const strangers: readonly CorpusFile[] = [
  ...([['nothing', '', 'media.empty'], ['one byte', 'x', 'media.type'], ['html', html, 'media.type'], ['svg', svg, 'media.type'], ['json', '{"error":"not found"}', 'media.type'],
    ['pdf', '%PDF-1.7\n%%EOF', 'media.type'], ['zip', zip, 'media.type'], ['plain text', 'a picture', 'media.type']] as const).flatMap(([name, content, rule]) => [
    picture(`${name} named .jpg`, text(content), { post: refused(rule), story: refused(rule), cover: refused(rule) }),
    video(`${name} named .mp4`, text(content), { reel: refused(rule) }),
  ]),
  video('playlist named .mp4', text('#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:9,\nhttp://127.0.0.1/secret.ts\n'), { reel: refused('media.type'), story: refused('media.type') }),
  picture('bmp', text(`BM${'\0'.repeat(200)}`), { post: refused('media.type') }),
  picture('tiff', () => sharp({ create: { ...square, channels: 3, background: '#888' } }).tiff().toBuffer(), { post: refused('media.type') }),
  ...(['mkv', 'avi', 'ts', 'flv'] as const).map((extension) => video(`${extension} of the same pictures`, async (workshop) => workshop.copied(await workshop.reel(), ['-c', 'copy'], extension), { reel: refused('media.type') })),
];

/** One file, two meanings. */
const polyglots: readonly CorpusFile[] = [
  picture('jpeg and zip', async () => Buffer.concat([await makeJpeg(square), Buffer.from(zip, 'latin1')]), { post: taken() }),
  picture('jpeg and png', async () => Buffer.concat([await makeJpeg(square), await makePng(square)]), { post: taken() }),
  picture('jpeg and web page', async () => Buffer.concat([await makeJpeg(square), Buffer.from(html)]), { post: taken() }),
  picture('gif and script', text('GIF89a/*\x01\0\x01\0*/=1;alert(1)'), { post: refused('media.damaged') }),
];

const mislabelled: readonly CorpusFile[] = [
  picture('jpeg called a web page', () => makeJpeg(square), { post: taken() }, { servedAs: 'text/html' }),
  picture('jpeg called a video', () => makeJpeg(square), { post: taken() }, { servedAs: 'video/mp4' }),
  picture('png called a jpeg', () => makePng(square), { post: taken('media.converted') }, { servedAs: 'image/jpeg' }),
  video('mp4 called a jpeg', (workshop) => workshop.reel(), { reel: taken() }, { servedAs: 'image/jpeg' }),
  video('mp4 called nothing in particular', (workshop) => workshop.reel(), { reel: taken() }, { servedAs: 'application/octet-stream' }),
  video('jpeg named .mp4', () => makeJpeg(square), { reel: refused('video_required') }),
];

export const damaged: readonly CorpusFile[] = [...cuts, ...strangers, ...polyglots, ...mislabelled];
