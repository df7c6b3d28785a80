import type { EventType } from './event-types.js';

export interface EventSample {
  readonly type: EventType;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Features name no network; a sample has none. */
const platform = 'example';
const post = { id: 'post_06f3k2v4n8q7r9s0t1w2x3y4z5', body: 'Sunrise over the bay' };
const target = { id: 'pp_06f3k2v4n8q7r9s0t1w2x3y4z5', post_id: post.id, platform, profile_id: 'prof_06f3k2v4n8q7r9s0t1w2x3y4z5', profile_name: 'Bay Area Coffee' };
const profile = { id: target.profile_id, name: target.profile_name, platform, profile_group_id: 'grp_06f3k2v4n8q7r9s0t1w2x3y4z5', status: 'active', uid: '17841400000000000', username: 'bayareacoffee' };

/** By the first part of a type. */
const families: Readonly<Record<string, (now: string) => Readonly<Record<string, unknown>>>> = {
  post: (now) => ({ ...post, status: 'processed', scheduled_at: null, created_at: now, platforms: [{ id: profile.id, platform, name: profile.name }] }),
  platform_post: () => ({ ...target, status: 'published', error: null, error_details: null, platform_id: '17900000000000000', permalink: 'https://example.com/p/Cabc123/', metadata: {} }),
  profile: () => profile,
  token: (now) => ({ ...profile, expires_at: now }),
  media: () => ({ id: 'med_06f3k2v4n8q7r9s0t1w2x3y4z5', post_id: post.id, content_type: 'image/jpeg', status: 'failed', error_message: 'The media could not be fetched' }),
  comment: (now) => ({ id: '17950000000000000', post_id: post.id, platform_post_id: target.id, platform, body: 'Lovely!', author_name: 'visitor', reply_count: 0, created_at: now }),
  mention: (now) => ({ id: '17950000000000000', platform, profile_id: profile.id, body: 'At @bayareacoffee', author_name: 'visitor', created_at: now }),
  message: (now) => ({ message: { id: 'aWdfZAG1', body: 'Are you open today?', direction: 'inbound', status: 'received', created_at: now } }),
  reaction: (now) => ({ message: { id: 'aWdfZAG1' }, sender_external_id: '1234567890', action: 'react', reaction: 'love', emoji: '❤', occurred_at: now }),
  referral: (now) => ({ chat: { id: '1234567890' }, ref: 'summer', source: 'SHORTLINK', occurred_at: now }),
  webhook: (now) => ({ message: 'This is a test of your webhook', created_at: now }),
};

/** What the data of an event of this type look like. */
export function sampleEvent(type: EventType, now: Date): EventSample {
  const make = families[type.slice(0, type.indexOf('.'))];
  if (!make) throw new Error(`There is no sample of ${type}`);
  return { type, data: make(now.toISOString()) };
}
