import type { ErrorRow } from './error-row.js';

const errorCodes = '§2.3 Meta: Error Codes';
const postiz = '§2.3 gitroomhq/postiz-app';
const seenInCode = '§2.3 public code';

const wait = 'Nothing to do: Heliograph tries again by itself.';
const checkHost = 'Check that the media address answers quickly and from everywhere.';

/** Failures of making and publishing containers: every row of instagram-graph.md §2.3. */
export const publishingErrors: readonly ErrorRow[] = [
  { code: -2, subcode: 2207003, meaning: 'media download timed out', policy: 'recreate', maxTries: 3, remedy: checkHost, source: errorCodes },
  { code: -2, subcode: 2207020, meaning: 'the container expired', policy: 'recreate', remedy: wait, source: errorCodes },
  { code: -1, subcode: 2207001, meaning: 'Instagram server error', policy: 'ambiguous', remedy: wait, source: errorCodes },
  { code: -1, subcode: 2207032, meaning: 'container creation failed', policy: 'recreate', maxTries: 3, remedy: wait, source: errorCodes },
  {
    code: -1, subcode: 2207053, meaning: 'unknown video upload error', policy: 'recreate', maxTries: 3,
    remedy: 'If it stays, encode the video again (H.264, AAC, MP4).', source: errorCodes,
  },
  {
    code: -1, subcode: 2207073, meaning: 'this media type cannot be deleted by API', policy: 'fix',
    remedy: 'Delete it in the Instagram app.', source: errorCodes,
  },
  { code: -1, subcode: null, meaning: 'unknown server error', policy: 'ambiguous', remedy: wait, source: '§1.4 ambiguous results' },
  { code: -2, subcode: null, meaning: 'server timeout', policy: 'ambiguous', remedy: wait, source: '§1.4 ambiguous results' },
  { code: 1, subcode: null, meaning: 'unknown API error', policy: 'ambiguous', remedy: wait, source: errorCodes },
  {
    code: 1, subcode: 2207057, meaning: 'thumb_offset is outside the video', policy: 'fix',
    remedy: 'Set thumb_offset to a moment before the end of the video.', source: errorCodes,
  },
  { code: 2, subcode: null, meaning: 'service temporarily unavailable', policy: 'ambiguous', remedy: wait, source: errorCodes },
  {
    code: 4, subcode: 2207051, meaning: 'action blocked as suspected spam', policy: 'action_blocked',
    remedy: 'Open Instagram, confirm any prompt there, and pause publishing for some hours; then space posts out.', source: `${postiz} #1681`,
  },
  {
    code: 9, subcode: 2207042, meaning: 'publishing quota reached', policy: 'quota',
    remedy: 'Wait until older posts leave the 24-hour window.', source: errorCodes, alsoWithoutSubcode: true, isPostLimit: true,
  },
  {
    code: 24, subcode: 2207006, meaning: 'media id not found or no permission', policy: 'recreate', maxTries: 1,
    remedy: 'If it stays, reconnect the account.', source: errorCodes,
  },
  {
    code: 24, subcode: 2207008, meaning: 'the container does not exist or expired', policy: 'container_missing', maxTries: 2,
    remedy: wait, source: errorCodes, alsoWithoutSubcode: true,
  },
  {
    code: 25, subcode: 2207050, meaning: 'the account is restricted, inactive or checkpointed', policy: 'user', concernsAccount: true,
    remedy: 'Log in to Instagram and resolve what it asks for.', source: errorCodes, alsoWithoutSubcode: true,
  },
  { code: 100, subcode: null, meaning: 'invalid parameter', policy: 'fix', remedy: 'Change what the message names.', source: errorCodes },
  {
    code: 100, subcode: 33, meaning: 'object missing, no permission, or not readable yet', policy: 'object_missing', maxTries: 3,
    remedy: 'If it stays, reconnect the account.', source: `${postiz} #1562, #1568`,
  },
  {
    code: 100, subcode: 2207018, meaning: 'a collaborator or tagged user is not allowed', policy: 'fix',
    remedy: 'Check the usernames: public accounts that allow tagging, without @.', source: postiz,
  },
  {
    code: 100, subcode: 2207023, meaning: 'unknown media_type', policy: 'fix',
    remedy: 'Report this: Heliograph sent a wrong media type.', source: errorCodes,
  },
  { code: 100, subcode: 2207028, meaning: 'a carousel needs 2 to 10 items', policy: 'fix', remedy: 'Use 2 to 10 items.', source: errorCodes },
  {
    code: 100, subcode: 2207035, meaning: 'product tag position on a video', policy: 'fix',
    remedy: 'Remove x and y from product tags of videos.', source: errorCodes,
  },
  {
    code: 100, subcode: 2207036, meaning: 'product tag position missing on a photo', policy: 'fix',
    remedy: 'Give x and y for product tags of photos.', source: errorCodes,
  },
  { code: 100, subcode: 2207037, meaning: 'invalid product tag', policy: 'fix', remedy: 'Check the product ids.', source: errorCodes },
  { code: 100, subcode: 2207040, meaning: 'more than 20 @ tags', policy: 'fix', remedy: 'Mention at most 20 accounts.', source: errorCodes },
  {
    code: 352, subcode: 2207026, meaning: 'unsupported video format', policy: 'fix',
    remedy: 'Use MP4 or MOV with H.264 video and AAC audio.', source: errorCodes, alsoWithoutSubcode: true,
  },
  {
    code: 9004, subcode: 2207052, meaning: 'the media could not be fetched', policy: 'recreate', maxTries: 3,
    remedy: checkHost, source: `${postiz} #1900`, alsoWithoutSubcode: true,
  },
  { code: 9007, subcode: 2207027, meaning: 'the media is not ready', policy: 'poll', remedy: wait, source: errorCodes, alsoWithoutSubcode: true },
  {
    code: 36000, subcode: 2207004, meaning: 'the image is larger than 8 MiB', policy: 'fix',
    remedy: 'Compress or scale the image.', source: errorCodes, alsoWithoutSubcode: true,
  },
  {
    code: 36001, subcode: 2207005, meaning: 'unsupported image format', policy: 'fix',
    remedy: 'Use JPEG.', source: errorCodes, alsoWithoutSubcode: true,
  },
  {
    code: 36003, subcode: 2207009, meaning: 'aspect ratio not allowed', policy: 'fix',
    remedy: 'Crop or pad the image to between 4:5 and 1.91:1.', source: errorCodes, alsoWithoutSubcode: true,
  },
  {
    code: 36004, subcode: 2207010, meaning: 'caption too long, or too many hashtags or mentions', policy: 'fix',
    remedy: 'At most 2,200 characters, 30 hashtags and 20 mentions.', source: errorCodes, alsoWithoutSubcode: true,
  },
  { code: null, subcode: 2207076, meaning: 'media upload failed', policy: 'recreate', maxTries: 1, remedy: checkHost, source: seenInCode },
  { code: null, subcode: 2207077, meaning: 'video download failed', policy: 'recreate', maxTries: 3, remedy: checkHost, source: postiz },
  {
    code: null, subcode: 2207081, meaning: 'the account cannot publish trial reels', policy: 'fix',
    remedy: 'Remove trial_strategy.', source: postiz,
  },
  {
    code: null, subcode: 2207082, meaning: 'video processing failed', policy: 'recreate', maxTries: 1,
    remedy: 'Give the video an audio track or a smaller file.', source: `${postiz} #2033`,
  },
  {
    code: null, subcode: 2207085, meaning: 'the video could not be processed', policy: 'fix',
    remedy: 'Check format, duration and resolution of the video.', source: `${postiz} #1992`,
  },
];
