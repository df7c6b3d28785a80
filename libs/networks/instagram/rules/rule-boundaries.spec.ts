import { describe, expect, it } from 'vitest';
import type { RuleDescription } from '#networks/port/rule-description';
import type { PostContent } from '#networks/port/social-network';
import { formats } from '../params/instagram-params.js';
import { readInstagramParams } from '../params/params-reader.js';
import { conclude, image, made, times, verdict, video } from './boundary.fixture.js';
import { describeRules } from './describe-rules.js';
import { fill } from './rule.js';
import { rules } from './rules.js';
import { shapeRules } from './shape-rules.js';

/** Made of the table's own figures: what a program concludes from a description alone must be what the judge says. */
const described = describeRules('lenient').filter((rule) => rules.some(({ id }) => id === rule.id));
const fileOf = (format: string) => (format === 'reel' ? video : image);
const post = (format: string, params: object, more: Partial<PostContent> = {}): PostContent =>
  ({ body: '', media: [fileOf(format)], ...more, params: { format, ...params } });
const tag = (index: number, more: object = { x: 0, y: 0 }) => ({ username: `user${index}`, ...more });

/** A post that has so much of a subject. */
const counts: Readonly<Record<string, (count: number, format: string) => PostContent>> = {
  'caption.characters': (count, format) => post(format, {}, { body: '🌞'.repeat(count) }),
  'caption.hashtags': (count, format) => post(format, {}, { body: times(count, (index) => `#größe${index}`).join(' ') }),
  'caption.mentions': (count, format) => post(format, {}, { body: '@a.b '.repeat(count) }),
  'media.count': (count, format) => post(format, {}, { media: times(count, () => fileOf(format)) }),
  'collaborators.count': (count, format) => post(format, { collaborators: times(count, (index) => `user${index}`) }),
  'user_tags.count': (count, format) => post(format, { user_tags: times(count, (index) => tag(index)) }),
  'first_comment.characters': (count, format) => post(format, { first_comment: 'é'.repeat(count) }),
  'alt_text.characters': (count, format) => post(format, { alt_text: 'é'.repeat(count) }),
};

/** The same where the limit is something of the post. */
const relatives: Readonly<Record<string, { readonly relative: number; readonly make: (value: number, format: string) => PostContent }>> = {
  'alt_text.count': { relative: 3, make: (count, format) => post(format, { alt_text: times(count, () => 'tree') }, { media: times(3, () => image) }) },
  'fit.count': { relative: 3, make: (count, format) => post(format, { fit: times(count, () => 'pad') }, { media: times(3, () => fileOf(format)) }) },
  'user_tags.media_index': { relative: 3, make: (media_index, format) => post(format, { user_tags: [tag(1, { x: 0, y: 0, media_index })] }, { media: times(3, () => image) }) },
  thumb_offset: { relative: 20_000, make: (thumb_offset, format) => post(format, { thumb_offset }, { media: [video] }) },
};

const pair = [image, video];
/** Rules without a figure: a post that keeps it beside one that breaks it. */
const examples: Readonly<Record<string, readonly [kept: PostContent, broken: PostContent]>> = {
  'instagram.story.content': [post('story', {}, { body: ' ' }), post('story', {}, { body: 'x' })],
  'instagram.reel.video_required': [post('reel', {}), post('reel', {}, { media: [image] })],
  'instagram.alt_text.video_ignored': [post('post', { alt_text: ['tree', ''] }, { media: pair }), post('post', { alt_text: ['tree', 'film'] }, { media: pair })],
  'instagram.thumb_offset.cover_wins': [post('reel', { thumb_offset: 1 }), post('reel', { thumb_offset: 1, cover_url: 'https://m.example/c.jpg' })],
  'instagram.share_to_feed.always': [post('reel', { share_to_feed: false }), post('post', { share_to_feed: false }, { media: [video] })],
  'instagram.comments_enabled.unavailable': [post('post', { comments_enabled: true }), post('post', { comments_enabled: false })],
  'instagram.user_tags.position_required': [post('post', { user_tags: [tag(1)] }), post('post', { user_tags: [tag(1, { x: 0.5 })] })],
  'instagram.user_tags.position_ignored': [post('reel', { user_tags: [tag(1, {})] }), post('reel', { user_tags: [tag(1)] })],
};

const samples: Readonly<Record<string, unknown>> = {
  fit: 'pad',
  first_comment: 'hi', collaborators: ['a'], user_tags: [tag(1)], cover_url: 'https://m.example/c.jpg', audio_name: 'song', trial_strategy: 'MANUAL', thumb_offset: 1,
  location_id: '1', alt_text: 'tree', share_to_feed: false, comments_enabled: false, is_ai_generated: true,
};
const placements: Readonly<Record<string, readonly [format: string, media: PostContent['media']]>> = {
  image: ['post', [image]], carousel: ['post', pair], reel: ['reel', [video]], story: ['story', [image]],
};

const isCounted = (rule: RuleDescription): boolean => rule.thresholds[0]?.limit !== null;
const isExample = (rule: RuleDescription): boolean => !isCounted(rule) && rule.relativeTo === null && rule.comparison !== 'only_for';
const withFormats = (rules: RuleDescription[]) => rules.flatMap((rule) => rule.formats.map((format) => ({ id: rule.id, format, rule })));

describe('rules at their edges', () => {
  it.each(withFormats(described.filter(isCounted)))('$id in a $format', ({ rule, format }) => {
    const limit = rule.thresholds[0]?.limit ?? 0;
    for (const value of [limit - 1, limit, limit + 1]) expect(verdict(rule.id, made(counts, rule.subject)(value, format))).toBe(conclude(rule, value));
    for (const other of formats.filter((name) => !rule.formats.includes(name))) expect(verdict(rule.id, made(counts, rule.subject)(limit + 1, other))).toBe('ok');
  });

  it.each(withFormats(described.filter((rule) => rule.relativeTo !== null && rule.comparison !== 'forbidden')))('$id in a $format', ({ rule, format }) => {
    const { relative, make } = made(relatives, rule.subject);
    for (const value of [relative - 1, relative, relative + 1]) expect(verdict(rule.id, make(value, format))).toBe(conclude(rule, value, { relative }));
  });

  it.each(described.filter((rule) => isExample(rule) || (rule.relativeTo !== null && rule.comparison === 'forbidden')))('$id', ({ id, thresholds }) => {
    const [kept, broken] = made(examples, id);
    expect([verdict(id, kept), verdict(id, broken)]).toEqual(['ok', thresholds[0]?.severity]);
  });

  it.each(described.filter((rule) => rule.comparison === 'only_for'))('$id', ({ id, subject, thresholds }) => {
    for (const [name, [format, media]] of Object.entries(placements)) {
      expect(verdict(id, post(format, { [subject]: made(samples, subject) }, { media }))).toBe(thresholds[0]?.values?.includes(name) ? 'ok' : 'error');
    }
  });

  it('count what people take for a hashtag or a mention', () => {
    const of = (id: string, body: string) => verdict(`instagram.caption.${id}`, post('post', {}, { body }));
    for (const word of ['#sea', '＃海', '#a#b', '#2026', '#🌞', '#_']) expect(of('hashtags_advised', `${word} `.repeat(6))).toBe('warning');
    for (const word of ['#', '# sea', '#!', '#-a', '&#;']) expect(of('hashtags_advised', `${word} `.repeat(40))).toBe('ok');
    for (const word of ['@a', '(@a.b)', '@_x']) expect(of('mentions_max', `${word} `.repeat(21))).toBe('error');
    for (const word of ['me@example.com', '@', '@ a', '@@']) expect(of('mentions_max', `${word} `.repeat(40))).toBe('ok');
  });
});

describe('shapes of parameters', () => {
  const wrong: Readonly<Record<string, unknown>> = {
    unknown: 'red', fit: 'stretch', format: 'feed', collaborators: 'anna', user_tags: 'anna', cover_url: 'file:///a', trial_strategy: 'manual', thumb_offset: '-1',
    location_id: 'Berlin', alt_text: 5, share_to_feed: 'yes', comments_enabled: 'yes', is_ai_generated: 'yes', first_comment: 5, audio_name: 5,
  };

  it.each(shapeRules)('$id is refused in the words of its description', ({ id, fix, thresholds }) => {
    const name = id.replace('instagram.params.', '');
    const actual = made(wrong, name);
    const raw = name === 'unknown' ? { colour: actual } : { [name]: actual };
    const message = fill(thresholds[0]?.message ?? '', { actual: name === 'unknown' ? 'colour' : String(actual) });
    expect(readInstagramParams(raw).violations).toMatchObject([{ rule: id, message, fix }]);
  });

  it.each(shapeRules.filter(({ id, comparison }) => comparison === 'one_of' && id !== 'instagram.params.unknown'))('$id takes each value it names', ({ subject, thresholds }) => {
    for (const value of thresholds[0]?.values ?? []) expect(readInstagramParams({ [subject]: value }).violations).toEqual([]);
  });
});

it('describes every rule once, with a fix and a source', () => {
  for (const mode of ['lenient', 'documented'] as const) {
    const all = describeRules(mode);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(all.filter((rule) => !rule.id.startsWith('instagram.') || !rule.fix || !rule.source || rule.thresholds.length === 0 || rule.formats.length === 0)).toEqual([]);
  }
});
