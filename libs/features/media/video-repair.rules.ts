import type { Violation } from '#kernel/app-error';
import type { MediaFacts } from '#networks/port/media-facts';

/** Something is wrong that moving the packets would mend, and it could not be done. */
export function notRemuxedNote(what: readonly Violation[], why: string, path: string): Violation {
  const wrong = what.map(({ actual }) => String(actual)).join(', ');
  return { rule: 'media.not_remuxed', path, message: `Not written again (${wrong}): ${why}`, fix: 'Export the video as MP4 with its index in front and without edit list' };
}

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
