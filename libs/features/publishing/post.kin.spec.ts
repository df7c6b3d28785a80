import { describe, expect, it } from 'vitest';
import { nearDuplicates } from './post.kin.js';

const kin = (body: string, hasSameMedia: boolean, hasSameCaption: boolean) => [{ postId: 'post_1', profileId: 'prof_1', hasSameMedia, hasSameCaption, body }];

describe('nearDuplicates', () => {
  it.each([
    ['one more mark', 'Sunrise over the bay', kin('Sunrise over the bay!', true, false), ['media']],
    ['other capitals and spaces', 'SUNRISE  over the bay', kin('Sunrise over the bay', true, false), ['media']],
    ['other words', 'Sunrise over the bay', kin('A cat on a roof', true, false), []],
    ['words where there were none', 'Sunrise', kin('', true, false), []],
    ['the same words', 'Sunrise', kin('Sunrise', false, true), ['post.body']],
    ['all the same: that is no near duplicate', 'Sunrise', kin('Sunrise', true, true), []],
    ['the same post twice', 'Sunrise', [...kin('Sunrise', false, true), ...kin('Sunrise', false, true)], ['post.body']],
  ])('%s', (_, body, others, paths) => expect(nearDuplicates(body, others).map(({ path }) => path)).toEqual(paths));
});
