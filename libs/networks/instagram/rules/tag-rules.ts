import { formats, type UserTag } from '../params/instagram-params.js';
import { at } from './placement-rules.js';
import type { Finding, Rule, Subject } from './rule.js';

function eachTag(subject: Subject, find: (tag: UserTag) => Omit<Finding, 'path'> | null): readonly Finding[] {
  return (subject.params.user_tags ?? []).flatMap((tag, index) => {
    const finding = find(tag);
    return finding ? [{ path: at('user_tags', `[${index}]`), words: { username: tag.username }, ...finding }] : [];
  });
}

const hasPosition = (tag: UserTag): boolean => tag.x !== undefined && tag.y !== undefined;
const taggedKind = ({ media }: Subject, tag: UserTag): string | undefined => media[tag.media_index ?? 0]?.kind;

/** Where people may be tagged: images need a position, videos take none, stories may have one (§1.2 user_tags). */
export const tagRules: readonly Rule[] = [
  {
    id: 'instagram.user_tags.media_index_max', severity: 'error', formats, subject: 'user_tags.media_index', comparison: 'below', relativeTo: 'media.count',
    message: 'media_index is {actual}; the last item is {limit}', fix: 'Count the items from 0.', source: 'api-surface §5',
    find: (subject) => eachTag(subject, (tag) => {
      const last = subject.media.length - 1;
      const actual = tag.media_index ?? 0;
      return last < 0 || actual <= last ? null : { limit: last, actual };
    }),
  },
  {
    id: 'instagram.user_tags.position_required', severity: 'error', formats: ['post'], media: 'image', subject: 'user_tags.position', comparison: 'required',
    message: 'The tag of {username} needs x and y: on an image a tag has a position', fix: 'Give x and y, both from 0 to 1.', source: '§1.2 user_tags',
    find: (subject) => eachTag(subject, (tag) => (taggedKind(subject, tag) === 'image' && !hasPosition(tag) ? {} : null)),
  },
  {
    id: 'instagram.user_tags.position_ignored', severity: 'warning', formats, media: 'video', subject: 'user_tags.position', comparison: 'forbidden',
    message: 'The position of {username} is left out: tags on videos have none', fix: 'Leave x and y out for videos.', source: '§1.2 user_tags',
    find: (subject) => eachTag(subject, (tag) => (taggedKind(subject, tag) === 'video' && (tag.x !== undefined || tag.y !== undefined) ? {} : null)),
  },
];
