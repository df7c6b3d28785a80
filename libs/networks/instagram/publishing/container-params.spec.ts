import { describe, expect, it } from 'vitest';
import type { PublishRequest } from '#networks/port/social-network';
import { childFields, containerFields } from './container-params.js';

const image = (name = 'a'): PublishRequest['media'][number] => ({ kind: 'image', url: `https://m.example/${name}.jpg` });
const video = (name = 'v'): PublishRequest['media'][number] => ({ kind: 'video', url: `https://m.example/${name}.mp4` });
const request = (params: Record<string, unknown>, ...media: PublishRequest['media']): PublishRequest => ({ body: 'Hi #there', params, media });

/** Every parameter there is; what a container must not have may not appear. */
const everything = {
  first_comment: 'first', collaborators: ['anna'], location_id: '42', alt_text: ['one', 'two'], share_to_feed: false, audio_name: 'song',
  trial_strategy: 'MANUAL', thumb_offset: 1200, comments_enabled: true, is_ai_generated: true,
  user_tags: [{ username: 'ben', x: 0.1, y: 0.2 }, { username: 'cleo', x: 0.3, y: 0.4, media_index: 1 }],
};
const tag = JSON.stringify([{ username: 'ben', x: 0.1, y: 0.2 }]);

describe('containerFields', () => {
  it('makes a picture of a single image', () => {
    expect(containerFields(request(everything, image()), [])).toEqual({
      image_url: 'https://m.example/a.jpg', caption: 'Hi #there', location_id: '42', collaborators: '["anna"]', alt_text: 'one', user_tags: tag, is_ai_generated: 'true',
    });
  });

  it('makes a reel with all its parameters, people without a position', () => {
    expect(containerFields(request({ ...everything, format: 'reel' }, video()), [])).toEqual({
      media_type: 'REELS', video_url: 'https://m.example/v.mp4', caption: 'Hi #there', location_id: '42', collaborators: '["anna"]', user_tags: '[{"username":"ben"}]',
      share_to_feed: 'false', audio_name: 'song', thumb_offset: '1200', trial_params: '{"graduation_strategy":"MANUAL"}', is_ai_generated: 'true',
    });
  });

  it('lets a cover win over an offset', () => {
    const fields = containerFields(request({ format: 'reel', thumb_offset: 5, cover_url: 'https://m.example/c.jpg' }, video()), []);
    expect(fields).toMatchObject({ cover_url: 'https://m.example/c.jpg' });
    expect(fields).not.toHaveProperty('thumb_offset');
  });

  it('publishes a single video of a feed post as a reel that is in the feed', () => {
    expect(containerFields(request({}, video()), [])).toEqual({ media_type: 'REELS', video_url: 'https://m.example/v.mp4', caption: 'Hi #there', share_to_feed: 'true' });
  });

  it('makes a story without text, place or collaborators', () => {
    expect(containerFields(request({ ...everything, format: 'story' }, image()), []))
      .toEqual({ media_type: 'STORIES', image_url: 'https://m.example/a.jpg', user_tags: tag, is_ai_generated: 'true' });
    expect(containerFields(request({ format: 'story' }, video()), [])).toEqual({ media_type: 'STORIES', video_url: 'https://m.example/v.mp4' });
  });

  it('makes a carousel of its children, in order', () => {
    expect(containerFields(request(everything, image(), video()), ['11', '22'])).toEqual({
      media_type: 'CAROUSEL', children: '11,22', caption: 'Hi #there', location_id: '42', collaborators: '["anna"]', is_ai_generated: 'true',
    });
  });

  it('leaves out what is empty', () => {
    expect(containerFields({ body: '', params: { collaborators: [], user_tags: [], is_ai_generated: false }, media: [image()] }, []))
      .toEqual({ image_url: 'https://m.example/a.jpg' });
  });
});

describe('childFields', () => {
  it('gives each item its own text and people, and nothing of the post', () => {
    expect(childFields(request(everything, image(), image('b')), 0)).toEqual({ is_carousel_item: 'true', image_url: 'https://m.example/a.jpg', alt_text: 'one', user_tags: tag });
    expect(childFields(request(everything, image(), image('b')), 1)).toEqual({
      is_carousel_item: 'true', image_url: 'https://m.example/b.jpg', alt_text: 'two', user_tags: JSON.stringify([{ username: 'cleo', x: 0.3, y: 0.4 }]),
    });
  });

  it('marks a video and gives it neither alternative text nor positions', () => {
    expect(childFields(request(everything, image(), video()), 1))
      .toEqual({ is_carousel_item: 'true', media_type: 'VIDEO', video_url: 'https://m.example/v.mp4', user_tags: '[{"username":"cleo"}]' });
  });

  it('puts one alternative text on every image', () => {
    expect(childFields(request({ alt_text: 'all' }, image(), image('b')), 1)).toMatchObject({ alt_text: 'all' });
  });
});
