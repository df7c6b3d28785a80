import type { Violation } from '#kernel/app-error';
import type { MediaFacts } from '#networks/port/media-facts';

/** What moving the packets of a video into a new file mends, as the notes that will say so. Empty: nothing of this kind is wrong. */
export function remuxesFor({ video, contentType }: MediaFacts, path: string): Violation[] {
  if (!video) return [];
  const notes: [boolean, Omit<Violation, 'path' | 'rule'>][] = [
    [!video.isFastStart, { message: 'The index was moved to the front', limit: 'in front', actual: 'after the media data' }],
    [contentType === 'video/3gpp', { message: 'Written as MP4', limit: 'video/mp4', actual: contentType }],
    [video.hasJunk, { message: 'What stood behind the end of the video was left out', limit: 'none', actual: 'unknown data' }],
    [video.isFragmented, { message: 'The fragments were joined to one index', limit: 'one index', actual: 'fragments' }],
    [video.editList === 'shifting', { message: 'The edit list was removed; what it did is in the times of the pictures now', limit: 'none', actual: 'an edit list' }],
  ];
  return notes.filter(([isNeeded]) => isNeeded).map(([, note]) => ({ rule: 'media.remuxed', path, ...note }));
}
