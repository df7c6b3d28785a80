import { describe, expect, it } from 'vitest';
import { readInstagramParams, storedParams } from './params-reader.js';

const read = (raw: Record<string, unknown>) => readInstagramParams(raw);
const value = (raw: Record<string, unknown>) => {
  const { params, violations } = read(raw);
  expect(violations).toEqual([]);
  return params;
};

describe('readInstagramParams', () => {
  it('makes a feed post of nothing', () => {
    expect(value({})).toEqual({ format: 'post' });
    expect(value({ format: null, first_comment: '', thumb_offset: null })).toEqual({ format: 'post' });
  });

  it('names an unknown key and the allowed ones, word for word as the model does', () => {
    const { params, violations } = read({ format: 'reel', colour: 'red' });
    expect(params).toEqual({ format: 'reel' });
    expect(violations).toMatchObject([{
      rule: 'instagram.params.unknown',
      path: 'platforms.instagram.colour',
      message: 'Invalid platform params for instagram: colour. Allowed: format, fit, first_comment, collaborators, user_tags, cover_url, audio_name, trial_strategy, '
        + 'thumb_offset, location_id, alt_text, share_to_feed, comments_enabled, is_ai_generated, cover_file',
    }]);
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])('does not take "%s" for a parameter', (key) => {
    expect(read(JSON.parse(`{"${key}":"x"}`) as Record<string, unknown>).violations).toHaveLength(1);
  });

  it('casts form fields', () => {
    expect(value({ thumb_offset: '22', share_to_feed: 'false', is_ai_generated: '1', location_id: 7640348500, user_tags: [{ username: 'a', x: '0.5', y: '1', media_index: '2' }] }))
      .toEqual({ format: 'post', thumb_offset: 22, share_to_feed: false, is_ai_generated: true, location_id: '7640348500', user_tags: [{ username: 'a', x: 0.5, y: 1, media_index: 2 }] });
  });

  it('takes off a leading @', () => {
    expect(value({ collaborators: ['@anna', ' ben.b '], user_tags: [{ username: '@cleo', x: 0, y: 0 }] }))
      .toMatchObject({ collaborators: ['anna', 'ben.b'], user_tags: [{ username: 'cleo' }] });
  });

  it('takes one alternative text or a list of them', () => {
    expect(value({ alt_text: 'a tree' }).alt_text).toBe('a tree');
    expect(value({ alt_text: ['a tree', ''] }).alt_text).toEqual(['a tree', '']);
  });

  it('takes one fit or a list of them', () => {
    expect(value({ fit: 'pad' }).fit).toBe('pad');
    expect(value({ fit: ['crop', '', 'pad'] }).fit).toEqual(['crop', '', 'pad']);
  });

  it('keeps addresses in their ASCII form and takes an uploaded cover for one', () => {
    expect(value({ cover_url: 'https://bücher.example/ä.jpg' }).cover_url).toBe('https://xn--bcher-kva.example/%C3%A4.jpg');
    expect(value({ cover_file: 'https://media.example/c.jpg' })).toEqual({ format: 'post', cover_url: 'https://media.example/c.jpg' });
  });

  it.each([
    [{ format: 'feed' }, 'instagram.params.format', 'format must be one of post, reel, story, not "feed"'],
    [{ fit: 'stretch' }, 'instagram.params.fit', 'fit must be one of pad, crop, or a list of them with "" for none, not "stretch"'],
    [{ fit: ['pad', 'stretch'] }, 'instagram.params.fit', 'fit must be one of pad, crop, or a list of them with "" for none'],
    [{ collaborators: 'anna' }, 'instagram.params.collaborators', 'collaborators must be a list, not "anna"'],
    [{ collaborators: ['anna', 'no spaces'] }, 'instagram.params.collaborators', 'collaborators[1] must be Instagram usernames'],
    [{ user_tags: [{ username: 'a', x: 1.01, y: 0 }] }, 'instagram.params.user_tags', 'user_tags[0] x must be a number from 0 to 1'],
    [{ user_tags: [{ username: 'a', x: -0.01, y: 0 }] }, 'instagram.params.user_tags', 'user_tags[0] x must be a number from 0 to 1'],
    [{ user_tags: [{ username: 'a', media_index: -1 }] }, 'instagram.params.user_tags', 'user_tags[0] media_index must be a whole number from 0'],
    [{ user_tags: [{ name: 'a' }] }, 'instagram.params.user_tags', 'user_tags[0] has an unknown key name; allowed: username, x, y, media_index'],
    [{ user_tags: [{ x: 0, y: 0 }] }, 'instagram.params.user_tags', 'user_tags[0] needs a username'],
    [{ cover_url: 'file:///etc/passwd' }, 'instagram.params.cover_url', 'cover_url must be a http or https address, not "file:///etc/passwd"'],
    [{ cover_file: 'c.jpg' }, 'instagram.params.cover_url', 'cover_file must be a http or https address, not "c.jpg"'],
    [{ trial_strategy: 'manual' }, 'instagram.params.trial_strategy', 'trial_strategy must be one of MANUAL, SS_PERFORMANCE, not "manual"'],
    [{ thumb_offset: -1 }, 'instagram.params.thumb_offset', 'thumb_offset must be a whole number from 0, not "-1"'],
    [{ thumb_offset: '1.5' }, 'instagram.params.thumb_offset', 'thumb_offset must be a whole number from 0, not "1.5"'],
    [{ location_id: 'Berlin' }, 'instagram.params.location_id', 'location_id must be a numeric id, as text, not "Berlin"'],
    [{ location_id: 2 ** 60 }, 'instagram.params.location_id', `location_id must be a numeric id, as text, not "${2 ** 60}"`],
    [{ alt_text: 5 }, 'instagram.params.alt_text', 'alt_text must be text or a list of texts, not "5"'],
    [{ share_to_feed: 'yes' }, 'instagram.params.share_to_feed', 'share_to_feed must be true or false, not "yes"'],
    [{ first_comment: {} }, 'instagram.params.first_comment', 'first_comment must be text'],
  ])('refuses %o', (raw, rule, message) => {
    expect(read(raw).violations).toMatchObject([{ rule, message }]);
  });

  it('reads what it wrote, after a journey through JSON', () => {
    const { params } = read({ format: 'reel', collaborators: ['@a'], user_tags: [{ username: 'b' }], thumb_offset: '5', cover_url: 'https://a.example/ä' });
    expect(storedParams(JSON.parse(JSON.stringify(params)) as Record<string, unknown>)).toEqual(params);
  });
});
