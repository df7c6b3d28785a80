import { minutes, seconds } from '#kernel/clock';
import type { MediaFacts, MediaKind } from '#networks/port/media-facts';
import type { Format } from '../params/instagram-params.js';
import type { MediaLimit } from './media-limit.js';
import { aspect, bounded, duration, frameRate, imageSize, listed, mebibytes, megabytes, shorterSide, videoAspect, videoSize, width, type LimitBody, audioChannels, audioSampleRate, bitRate } from './media-measure.js';

const both = (value: number): { model: number; documented: number } => ({ model: value, documented: value });
const onlyMeta = (value: number): { model: null; documented: number } => ({ model: null, documented: value });

const contentType = (facts: MediaFacts): string => facts.contentType;
const videoTypes = ['video/mp4', 'video/quicktime'];

const imageType = listed('Image type', contentType, { model: ['image/jpeg', 'image/png'], documented: ['image/jpeg'] });
const videoType = listed('Video type', contentType, { model: videoTypes, documented: videoTypes });
const videoCodec = listed('Video codec', (facts) => facts.video?.videoCodec ?? null, { model: null, documented: ['avc', 'hevc'] });
/** Silent videos are fine, so no audio reads as the wanted codec. */
const audioCodec = listed('Audio codec', (facts) => facts.video?.audioCodec ?? 'aac', { model: null, documented: ['aac'] });
const indexPosition = (facts: MediaFacts): string => (facts.video?.isFastStart === false ? 'after the media data' : 'in front');
const fastStart = listed('Index position', indexPosition, { model: null, documented: ['in front'] });
/** In fragments the index in front lists no pictures: what is wanted in front ("moov atom first") is not there. */
const fragments = listed('Index', (facts) => (facts.video?.isFragmented ? 'in fragments' : 'whole'), { model: null, documented: ['whole'] });
const editList = listed('Edit list', (facts) => facts.video?.editList ?? 'none', { model: null, documented: ['none'] });
/** What the file does not tell outside of its pictures is taken for ordinary. */
const chroma = listed('Chroma format', (facts) => facts.video?.chroma ?? '4:2:0', { model: null, documented: ['4:2:0'] });
const scan = listed('Scan', (facts) => (facts.video?.isInterlaced ? 'interlaced' : 'progressive'), { model: null, documented: ['progressive'] });
/** "closed GOP" (§1.7). */
const groups = listed('Groups of pictures', (facts) => (facts.video?.hasOpenGroups ? 'open' : 'closed'), { model: null, documented: ['closed'] });
/** The model wants 200×200; Instagram scales small images up (§1.7). */
const smallest = bounded(shorterSide, 'min', { model: 200, documented: null });

type NamedLimit = readonly [name: string, body: LimitBody, fix: string];

const compress = 'Compress or scale the file.';
const cut = 'Cut the video.';
const encode = 'Encode the video as MP4 with H.264 and AAC.';
const largerFrame = 'Use a larger picture.';

const imageLimits = (bytes: number): readonly NamedLimit[] => [
  ['image_type', imageType, 'Use JPEG.'],
  ['image_size_max', bounded(imageSize, 'max', both(bytes)), compress],
  ['image_side_min', smallest, largerFrame],
];

/** What Meta says of every video; where no column of §1.7 speaks of carousel videos, the reel's is taken. */
const videoLimits = (bytes: number, narrowest: number): readonly NamedLimit[] => [
  ['video_type', videoType, encode],
  ['video_size_max', bounded(videoSize, 'max', both(bytes)), compress],
  ['video_side_min', smallest, largerFrame],
  ['video_width_max', bounded(width, 'max', onlyMeta(1920)), 'Scale the video to at most 1920 pixels wide.'],
  ['video_aspect_min', bounded(videoAspect, 'min', onlyMeta(narrowest)), 'Crop or pad the video, or send fit; 9:16 fits best.'],
  ['video_aspect_max', bounded(videoAspect, 'max', onlyMeta(10)), 'Crop or pad the video, or send fit; 9:16 fits best.'],
  ['video_codec', videoCodec, encode],
  ['audio_codec', audioCodec, encode],
  ['frame_rate_min', bounded(frameRate, 'min', onlyMeta(23)), 'Encode the video with 23 to 60 frames a second.'],
  ['frame_rate_max', bounded(frameRate, 'max', onlyMeta(60)), 'Encode the video with 23 to 60 frames a second.'],
  ['fast_start', fastStart, 'Write the file with its index in front (faststart).'],
  ['fragments', fragments, 'Write the file as a plain MP4, not as a fragmented one.'],
  ['edit_list', editList, 'Export the video again without edit list (ffmpeg: -use_editlist 0).'],
  ['chroma', chroma, 'Encode the video with 4:2:0 pictures (yuv420p).'],
  ['scan', scan, 'Encode the video progressive (deinterlaced).'],
  ['closed_gop', groups, 'Encode the video with closed GOPs (x264, x265: open-gop=0).'],
  ['bit_rate_max', bounded(bitRate, 'max', onlyMeta(25_000_000)), compress],
  ['audio_channels_max', bounded(audioChannels, 'max', onlyMeta(2)), 'Encode the sound as stereo.'],
  ['audio_sample_rate_max', bounded(audioSampleRate, 'max', onlyMeta(48_000)), 'Encode the sound with at most 48 kHz.'],
];

const limitsOf: readonly { readonly format: Format; readonly kind: MediaKind; readonly limits: readonly NamedLimit[] }[] = [
  { format: 'post', kind: 'image', limits: [
    ...imageLimits(mebibytes(8)),
    ['aspect_min', bounded(aspect, 'min', onlyMeta(4 / 5)), 'Crop or pad the image to between 4:5 and 1.91:1, or send fit.'],
    ['aspect_max', bounded(aspect, 'max', onlyMeta(1.91)), 'Crop or pad the image to between 4:5 and 1.91:1, or send fit.'],
  ] },
  { format: 'post', kind: 'video', limits: [
    ...videoLimits(megabytes(300), 0.01),
    ['duration_min', bounded(duration, 'min', both(seconds(3))), 'Use a longer video.'],
    ['duration_max', bounded(duration, 'max', { model: minutes(60), documented: minutes(15) }), cut],
  ] },
  { format: 'reel', kind: 'video', limits: [
    ...videoLimits(megabytes(300), 0.01),
    ['duration_min', bounded(duration, 'min', both(seconds(3))), 'Use a longer video.'],
    ['duration_max', bounded(duration, 'max', { model: minutes(90), documented: minutes(15) }), cut],
  ] },
  { format: 'story', kind: 'image', limits: imageLimits(mebibytes(8)) },
  { format: 'story', kind: 'video', limits: [
    ...videoLimits(megabytes(100), 0.1),
    ['duration_min', bounded(duration, 'min', { model: seconds(1), documented: seconds(3) }), 'Use a longer video.'],
    ['duration_max', bounded(duration, 'max', { model: minutes(60), documented: seconds(60) }), cut],
  ] },
];

/** Every limit on a file, e.g. `instagram.reel.duration_max`. */
export const mediaLimits: readonly MediaLimit[] = limitsOf.flatMap(({ format, kind, limits }) =>
  limits.map(([name, body, fix]) => ({ id: `instagram.${format}.${name}`, format, kind, ...body, fix, source: 'issue 5 §3; §1.7 Meta: IG User Media' })));
