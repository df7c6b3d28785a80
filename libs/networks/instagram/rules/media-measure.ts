import type { MediaFacts } from '#networks/port/media-facts';
import type { Allowance, MediaLimit } from './media-limit.js';

/** Something of a file that has limits: how to read it and how to say it. */
export interface Measure {
  readonly subject: string;
  readonly read: (facts: MediaFacts) => number | null;
  readonly print: (value: number) => string;
  /** How far outside a limit the value of a file may be and still count as within. */
  readonly tolerance?: (facts: MediaFacts) => number;
}

const mebibyte = 1024 * 1024;
const round = (value: number, digits: number): string => String(Number(value.toFixed(digits)));

const megabyte = 1_000_000;

/** Meta's error text for images says MiB (§1.7). */
export const imageSize: Measure = { subject: 'File size', read: (facts) => facts.sizeBytes, print: (value) => scaled(value, mebibyte, 'MiB', `${value} bytes`) };
/** For videos only "MB" is written; the smaller reading is safe. */
export const videoSize: Measure = { subject: 'File size', read: (facts) => facts.sizeBytes, print: (value) => scaled(value, megabyte, 'MB', `${value} bytes`) };
export const duration: Measure = { subject: 'Video duration', read: (facts) => facts.video?.durationMs ?? null, print: printDuration };
export const width: Measure = { subject: 'Width', read: (facts) => facts.width, print: (value) => `${value} px` };
export const shorterSide: Measure = { subject: 'The shorter side', read: (facts) => Math.min(facts.width, facts.height), print: (value) => `${value} px` };
/** The tolerance is one pixel of the width: 1200×628, which Meta recommends, is 1.9108. */
export const aspect: Measure = { subject: 'Aspect ratio', read: (facts) => facts.width / facts.height, print: (value) => `${round(value, 4)}:1`, tolerance: (facts) => 1 / facts.height };
export const frameRate: Measure = { subject: 'Frame rate', read: (facts) => facts.video?.framesPerSecond ?? null, print: (value) => `${round(value, 2)} fps` };
export const bitRate: Measure = { subject: 'Bit rate', read: (facts) => facts.video?.bitsPerSecond ?? null, print: (value) => scaled(value, 1_000_000, 'Mbit/s', `${value} bit/s`) };
export const audioChannels: Measure = { subject: 'Number of audio channels', read: (facts) => facts.video?.audioChannels ?? null, print: String };
export const audioSampleRate: Measure = { subject: 'Audio sample rate', read: (facts) => facts.video?.audioSampleRate ?? null, print: (value) => `${value} Hz` };

export const mebibytes = (count: number): number => count * mebibyte;
export const megabytes = (count: number): number => count * megabyte;

function printDuration(milliseconds: number): string {
  const inSeconds = `${round(milliseconds / 1000, 3)} s`;
  return milliseconds >= 120_000 ? scaled(milliseconds, 60_000, 'min', inSeconds) : inSeconds;
}

/** In the large unit, unless rounding would hide by how much a limit is missed ("8 MB, allowed is 8 MB"). */
function scaled(value: number, unit: number, name: string, exact: string): string {
  const rounded = round(value / unit, 2);
  return Number.isInteger(Number(rounded)) && Number(rounded) * unit !== value ? exact : `${rounded} ${name}`;
}

type Bound = 'min' | 'max';
type Side = number | null;
type Words = readonly string[] | null;
export type LimitBody = Pick<MediaLimit, 'subject' | 'actual' | 'model' | 'documented'>;

/** A limit on a number. null: the source knows none. */
export function bounded(measure: Measure, bound: Bound, sides: { model: Side; documented: Side }): LimitBody {
  const side = (limit: Side): Allowance | null => (limit === null ? null : allowance(measure, bound, limit));
  return { subject: measure.subject, actual: printed(measure), model: side(sides.model), documented: side(sides.documented) };
}

/** A limit on a word, such as the content type. A word the probe could not name is refused like a wrong one. */
export function listed(subject: string, read: (facts: MediaFacts) => string | null, sides: Readonly<Record<'model' | 'documented', Words>>): LimitBody {
  const side = (allowed: Words): Allowance | null => allowed && {
    words: allowed.join(' or '), figure: allowed.join(', '), allows: (facts) => allowed.includes(read(facts) ?? ''),
  };
  return { subject, actual: (facts) => read(facts) ?? 'unknown', model: side(sides.model), documented: side(sides.documented) };
}

function allowance(measure: Measure, bound: Bound, limit: number): Allowance {
  return {
    words: `at ${bound === 'max' ? 'most' : 'least'} ${measure.print(limit)}`,
    figure: measure.print(limit),
    allows: (facts) => {
      const value = measure.read(facts);
      const tolerance = measure.tolerance?.(facts) ?? 0;
      return value === null || (bound === 'max' ? value <= limit + tolerance : value >= limit - tolerance);
    },
  };
}

function printed(measure: Measure): (facts: MediaFacts) => string | null {
  return (facts) => {
    const value = measure.read(facts);
    return value === null ? null : measure.print(value);
  };
}
