import { makeMov, makeMp4, type VideoOptions } from '#testing/media/make-video';
import { refused, taken, video, type CorpusFile, type PostedAs, type Verdict } from './corpus-file.js';
import { box, paddedTo, withBrand, withMediaData } from './surgery.js';
import { plainFile, x264, type Workshop } from './workshop.js';

const inAll = (verdict: Verdict): CorpusFile['verdicts'] => ({ post: verdict, carousel: verdict, reel: verdict, story: verdict });
const remuxed = taken('media.remuxed');
/** Without ffmpeg; with it the same file goes out encoded again. */
const untouched = (...rules: string[]): Verdict => refused(...rules);
const x265 = ['-c:v', 'libx265', '-x265-params', 'log-level=error:open-gop=0', '-preset', 'ultrafast', '-tag:v', 'hvc1'];
/** Key pictures every second, three B-frames between others: with `radl` those behind a key picture are shown before it. */
const groupsOf = (workshop: Workshop, encoder: readonly string[]): Promise<Buffer> => workshop.encoded({ video: encoder, audio: null, output: ['-movflags', '+faststart'] });
const x265Groups = (more: string): string[] => ['-c:v', 'libx265', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-tag:v', 'hvc1', '-x265-params', `log-level=error:keyint=30:min-keyint=30:bframes=3:b-adapt=0:scenecut=0:${more}`];
const bytesOf = (options: Partial<VideoOptions>) => (workshop: Workshop): Promise<Buffer> => workshop.reel(options);

const containers: readonly CorpusFile[] = [
  video('mp4', bytesOf({}), { ...inAll(taken()), cover: refused('media.cover_image') }),
  video('mov', () => makeMov({ seconds: 3.2, width: 360, height: 640, audio: true }), inAll(taken())),
  video('mp4 without sound', bytesOf({ audio: false }), inAll(taken())),
  video('mp4 with its index behind', bytesOf({ fastStart: false }), inAll(remuxed)),
  video('mp4 in fragments', bytesOf({ fastStart: 'fragmented' }), inAll(remuxed)),
  video('mp4 with an edit list', (workshop) => workshop.encoded({ video: x264('-bf', '2'), output: ['-movflags', '+faststart'] }), { reel: remuxed, story: remuxed }),
  video('mp4 with an edit list that cuts', async (workshop) => workshop.copied(await workshop.encoded({ seconds: 6, video: x264('-g', '300') }), ['-c', 'copy', '-movflags', '+faststart'], 'mp4', ['-ss', '2']), { reel: untouched('edit_list') }),
  ...(['M4V ', 'mp42', 'iso5', 'dash', 'f4v '] as const).map((brand) => video(`mp4 of the brand ${brand}`, async (workshop) => withBrand(await workshop.reel(), brand), { reel: taken() })),
  video('mp4 of the brand 3gp5', async (workshop) => withBrand(await workshop.reel(), '3gp5'), { reel: remuxed, story: remuxed }),
  video('mp4 that calls itself a song', async (workshop) => withBrand(await workshop.reel(), 'M4A '), { reel: refused('media.type') }, { own: 'not for pictures' }),
  video('mp4 of two films', async (workshop) => workshop.copied(await workshop.reel(), ['-map', '0:v', '-map', '0:v', '-map', '0:a', '-c', 'copy', ...plainFile]), { reel: taken() }),
  video('mp4 with only sound', async (workshop) => workshop.copied(await workshop.reel(), ['-map', '0:a', '-c', 'copy', ...plainFile]), { reel: refused('media.no_picture'), story: refused('media.no_picture') }),
  video('mp4 with a page behind its end', async (workshop) => Buffer.concat([await workshop.reel(), Buffer.from('<html><script>alert(1)</script></html>')]), { reel: refused('media.damaged') }),
  video('mp4 with something behind its end', async (workshop) => Buffer.concat([await workshop.reel(), Buffer.alloc(40, 7)]), { reel: remuxed, story: remuxed }),
  video('mp4 with a page in a box', async (workshop) => Buffer.concat([await workshop.reel(), box('free', '<html><script>alert(1)</script></html>')]), { reel: taken() }),
];

const codecs: readonly CorpusFile[] = [
  video('HEVC', (workshop) => workshop.encoded({ video: [...x265, '-pix_fmt', 'yuv420p'] }), { reel: taken(), story: taken() }),
  video('HEVC with 10 bits', (workshop) => workshop.encoded({ video: [...x265, '-pix_fmt', 'yuv420p10le'] }), { reel: taken('media.not_transcoded') }),
  video('VP9 in mp4', (workshop) => workshop.encoded({ video: ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8'] }), { reel: untouched('video_codec'), story: untouched('video_codec') }),
  video('AV1 in mp4', (workshop) => workshop.encoded({ video: ['-c:v', 'libsvtav1', '-preset', '12'] }), { reel: untouched('video_codec') }),
  video('MPEG-4 part 2', (workshop) => workshop.encoded({ video: ['-c:v', 'mpeg4'] }), { reel: untouched('video_codec') }),
  video('motion JPEG in mov', (workshop) => workshop.encoded({ video: ['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p'] }, 'mov'), { reel: untouched('video_codec') }),
  video('H.264 4:2:2', (workshop) => workshop.encoded({ video: x264('-pix_fmt', 'yuv422p') }), { reel: untouched('chroma'), story: untouched('chroma') }),
  video('H.264 4:4:4', (workshop) => workshop.encoded({ video: x264('-pix_fmt', 'yuv444p') }), { reel: untouched('chroma') }),
  video('H.264 with 10 bits', (workshop) => workshop.encoded({ video: x264('-pix_fmt', 'yuv420p10le') }), { reel: taken('media.not_transcoded') }),
  video('H.264 interlaced', (workshop) => workshop.encoded({ video: x264('-flags', '+ildct+ilme') }), { reel: untouched('scan') }),
  video('H.264 in closed groups', (workshop) => groupsOf(workshop, x264('-bf', '2', '-g', '30')), inAll(remuxed)),
  video('H.264 in open groups', (workshop) => groupsOf(workshop, x264('-bf', '2', '-g', '30', '-x264-params', 'open-gop=1:scenecut=0')), inAll(untouched('closed_gop'))),
  video('HEVC in closed groups with pictures before their key', (workshop) => groupsOf(workshop, x265Groups('open-gop=0:radl=3')), { reel: remuxed, story: remuxed }),
  video('HEVC in open groups', (workshop) => groupsOf(workshop, x265Groups('open-gop=1')), { reel: untouched('closed_gop'), story: untouched('closed_gop') }),
  video('of a varying rate', (workshop) => workshop.encoded({ filter: "settb=1/1000,setpts='N*33+mod(N*7\\,25)'", output: [...plainFile, '-fps_mode', 'vfr', '-enc_time_base', '-1'] }), { reel: taken('media.not_transcoded') }),
];

const sounds: readonly CorpusFile[] = ([
  ['mono', ['-c:a', 'aac', '-ac', '1'], []], ['44.1 kHz', ['-c:a', 'aac', '-ar', '44100'], []],
  ['5.1', ['-c:a', 'aac', '-ac', '6'], ['audio_channels_max']], ['96 kHz', ['-c:a', 'aac', '-ar', '96000'], ['audio_sample_rate_max']],
  ['MP3', ['-c:a', 'libmp3lame'], ['audio_codec']], ['Opus', ['-c:a', 'libopus', '-strict', '-2'], ['audio_codec']],
] as const).map(([name, audio, rules]) => video(`sound: ${name}`, async (workshop) => workshop.copied(await workshop.reel({ audio: false }),
  ['-f', 'lavfi', '-i', 'sine=d=3.2', '-map', '0:v', '-map', '1:a', '-c:v', 'copy', ...audio, ...plainFile]), { reel: rules.length > 0 ? untouched(...rules) : taken() }));

const sized = (width: number, height: number, more: Partial<VideoOptions> = {}): CorpusFile['make'] => () => makeMp4({ seconds: 3, width, height, ...more });

const shapes: readonly CorpusFile[] = [
  ...([90, 180, 270] as const).map((rotation) => video(`turned by ${rotation}`, bytesOf({ rotation }), { reel: taken(), story: taken() })),
  ...([
    [1920, 200, 0, []], [1922, 200, 0, ['video_width_max']], [200, 1922, 0, []],
    [1922, 200, 90, ['video_width_max']], [200, 1922, 90, ['video_width_max']], [1922, 200, 180, ['video_width_max']],
  ] as const).map(([width, height, rotation, rules]) => video(`${width}×${height} turned by ${rotation}`, sized(width, height, { rotation }), { reel: rules.length > 0 ? untouched(...rules) : taken() })),
  video('200×200', sized(200, 200), { reel: taken(), post: taken() }),
  video('198×198', sized(198, 198), { reel: taken('video_side_min'), post: taken('video_side_min') }),
  ...([[640, 64, taken('video_side_min')], [642, 64, refused('video_aspect_max')]] as const).map(([width, height, verdict]) => video(`${width}×${height}`, sized(width, height), { reel: verdict, story: verdict })),
  ...([[64, 640, taken('video_side_min')], [62, 640, refused('video_aspect_min')]] as const).map(([width, height, verdict]) =>
    video(`${width}×${height}`, sized(width, height), { reel: taken('video_side_min'), story: verdict })),
  video('16×1600', sized(16, 1600), { reel: taken('video_side_min') }),
  video('16×1602', sized(16, 1602), { reel: refused('video_aspect_min') }),
];

const rates: readonly CorpusFile[] = [
  ...([[15, false], [22, false], [23, true], [24, true], [30, true], [60, true], [61, false], [120, false]] as const).map(([fps, isWithin]) =>
    video(`${fps} frames a second`, sized(320, 320, { fps }), { reel: isWithin ? taken() : untouched(fps < 30 ? 'frame_rate_min' : 'frame_rate_max') })),
  ...([['25 Mbit/s', 25_000_000, true], ['a little more than 25 Mbit/s', 25_000_100, false], ['30 Mbit/s', 30_000_000, false]] as const).map(([name, bits, isWithin]) =>
    video(name, async () => withMediaData(await makeMp4({ seconds: 3, width: 320, height: 320, fastStart: true }), Math.floor((bits * 3) / 8) - 8), { reel: isWithin ? taken() : untouched('bit_rate_max') })),
];

const refusedUnless = (isTaken: boolean, ...rules: string[]): Verdict => (isTaken ? taken('video_side_min') : refused(...rules));

function lasting(seconds: number, fps: number, verdicts: Readonly<Partial<Record<PostedAs, Verdict>>>): CorpusFile {
  return video(`${seconds} s at ${fps} a second`, () => makeMp4({ seconds, fps, width: 32, height: 32 }), verdicts);
}

/** Long ones have one picture a second, for the minutes that count where only the usual limits do. */
const durations: readonly CorpusFile[] = [
  ...([[0.9, false], [1, false], [2.9, false], [3, true]] as const).map(([seconds, isLong]) => {
    const verdict = refusedUnless(isLong, 'duration_min');
    return lasting(seconds, 30, { post: verdict, carousel: verdict, reel: verdict, story: verdict });
  }),
  ...([[60, true], [60.1, false]] as const).map(([seconds, isShort]) => lasting(seconds, 30, { reel: taken('video_side_min'), story: refusedUnless(isShort, 'duration_max') })),
  ...([[900, true], [900.1, false]] as const).map(([seconds, isShort]) => {
    const verdict = refusedUnless(isShort, 'duration_max');
    return lasting(seconds, 30, { post: verdict, reel: verdict });
  }),
  ...[3600, 3601, 5400, 5401].map((seconds) => {
    const verdict = refused('duration_max', 'frame_rate_min');
    return lasting(seconds, 1, { post: verdict, reel: verdict, story: verdict });
  }),
];

const padded = (megabytes: number, more: number) => async (workshop: Workshop): Promise<string> => paddedTo(workshop.path(), await workshop.reel(), megabytes * 1_000_000 + more);
const weights: readonly CorpusFile[] = [
  video('100 MB', padded(100, 0), { story: taken() }, { isLarge: true }),
  video('100 MB + 1', padded(100, 1), { story: refused('video_size_max') }, { isLarge: true }),
  video('300 MB', padded(300, 0), { reel: taken() }, { isLarge: true }),
  video('300 MB + 1', padded(300, 1), { reel: refused('video_size_max') }, { isLarge: true }),
];

export const videos: readonly CorpusFile[] = [...containers, ...codecs, ...sounds, ...shapes, ...rates, ...durations, ...weights];
