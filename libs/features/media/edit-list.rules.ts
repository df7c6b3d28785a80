import type { VideoFacts } from '#networks/port/media-facts';
import type { Edit, MovieIndex, MovieTrack } from './movie-index.js';

/** Where the first packet of each track is shown, edits applied; null without the track. */
export interface FirstPackets {
  readonly pictures: number;
  readonly sound: number | null;
}

/** Encoders round ends and begin sound with up to two frames that nobody hears; nobody sees a tenth of a second at the end either. */
const tolerance = { pictureHeadSeconds: 0.001, soundHeadSeconds: 0.1, tailSeconds: 0.1 };

/**
 * What the edit lists of a movie do. `shifting`: they only move tracks against each other or skip what primes a decoder, which can
 * be said without them. `cutting`: they hide, repeat or slow down pictures or sound that are in the file.
 */
export function judgeEdits({ tracks }: MovieIndex, first: FirstPackets): VideoFacts['editList'] {
  const edited = tracks.filter((track) => !isWhole(track.edits));
  if (edited.length === 0) return 'none';
  return edited.some((track) => cuts(track, track.handler === 'vide' ? first.pictures : first.sound)) ? 'cutting' : 'shifting';
}

/** No entry, or one that plays everything from the beginning. */
function isWhole(edits: readonly Edit[]): boolean {
  const [only] = edits;
  return only === undefined || (edits.length === 1 && only.fromSeconds === 0 && only.isNormalSpeed);
}

function cuts(track: MovieTrack, firstShownAt: number | null): boolean {
  const played = track.edits.filter((edit) => edit.fromSeconds !== null);
  const [only] = played;
  if (!only || played.length > 1 || !only.isNormalSpeed || track.edits.at(-1) !== only) return true;
  const { pictureHeadSeconds, soundHeadSeconds, tailSeconds } = tolerance;
  const head = track.handler === 'vide' ? pictureHeadSeconds : soundHeadSeconds;
  if ((firstShownAt ?? 0) < -head) return true;
  const hidden = track.mediaSeconds - (only.fromSeconds ?? 0) - only.shownSeconds;
  return only.shownSeconds > 0 && hidden > tailSeconds;
}
