import type { UserTag } from '../params/instagram-params.js';
import type { Finding, Rule, Subject } from './rule.js';

function eachTag(subject: Subject, find: (tag: UserTag, index: number) => Omit<Finding, 'path'> | null): readonly Finding[] {
  return (subject.params.user_tags ?? []).flatMap((tag, index) => {
    const finding = find(tag, index);
    return finding ? [{ path: `platforms.instagram.user_tags[${index}]`, ...finding }] : [];
  });
}

const hasPosition = (tag: UserTag): boolean => tag.x !== undefined && tag.y !== undefined;
const taggedKind = ({ media }: Subject, tag: UserTag): string | undefined => media[tag.media_index ?? 0]?.kind;

/** Where people may be tagged: images need a position, videos take none, stories may have one (§1.2 user_tags). */
export const tagRules: readonly Rule[] = [
  {
    id: 'instagram.user_tags.media_index_max', severity: 'error', fix: 'Count the items from 0.', source: 'api-surface §5',
    find: (subject) => eachTag(subject, (tag) => {
      const last = subject.media.length - 1;
      const actual = tag.media_index ?? 0;
      return last < 0 || actual <= last ? null : { message: `media_index is ${actual}; the last item is ${last}`, limit: last, actual };
    }),
  },
  {
    id: 'instagram.user_tags.position_required', severity: 'error', fix: 'Give x and y, both from 0 to 1.', source: '§1.2 user_tags',
    find: (subject) => eachTag(subject, (tag) => {
      const isMissing = subject.placement !== 'story' && taggedKind(subject, tag) === 'image' && !hasPosition(tag);
      return isMissing ? { message: `The tag of ${tag.username} needs x and y: on an image a tag has a position` } : null;
    }),
  },
  {
    id: 'instagram.user_tags.position_ignored', severity: 'warning', fix: 'Leave x and y out for videos.', source: '§1.2 user_tags',
    find: (subject) => eachTag(subject, (tag) => {
      const isUseless = taggedKind(subject, tag) === 'video' && (tag.x !== undefined || tag.y !== undefined);
      return isUseless ? { message: `The position of ${tag.username} is left out: tags on videos have none` } : null;
    }),
  },
];
