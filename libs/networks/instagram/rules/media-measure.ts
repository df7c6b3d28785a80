import { columnsOf, type MediaFacts } from '#networks/port/media-facts';
import type { RuleUnit } from '#networks/port/rule-description';
import type { Allowance, MediaLimit } from './media-limit.js';

/** Something of a file that has limits: how to read it and how to say it. */
export interface Measure {
  readonly subject: string;
  readonly read: (facts: MediaFacts) => number | null;
  /** Of what `read` answers, for programs. */
  readonly unit?: RuleUnit;
  readonly print: (value: number) => string;
  /** A picture that is one pixel too wide or too narrow still counts as within. */
  readonly tolerance?: 'one_pixel';
}

const mebibyte = 1024 * 1024;
const round = (value: number, digits: number): string => String(Number(value.toFixed(digits)));

const megabyte = 1_000_000;

/** Meta's error text for images says MiB (§1.7). */
export const imageSize: Measure = { subject: 'File size', unit: 'bytes', read: (facts) => facts.sizeBytes, print: (value) => scaled(value, mebibyte, 'MiB', `${value} bytes`) };
/** For videos only "MB" is written; the smaller reading is safe. */
export const videoSize: Measure = { subject: 'File size', unit: 'bytes', read: (facts) => facts.sizeBytes, print: (value) => scaled(value, megabyte, 'MB', `${value} bytes`) };
export const duration: Measure = { subject: 'Video duration', unit: 'ms', read: (facts) => facts.video?.durationMs ?? null, print: printDuration };
/** Of a video that is turned, also as stored: Meta says "columns" and not which (§1.7). */
export const width: Measure = { subject: 'Width', unit: 'px', read: columnsOf, print: (value) => `${value} px` };
export const shorterSide: Measure = { subject: 'The shorter side', unit: 'px', read: (facts) => Math.min(facts.width, facts.height), print: (value) => `${value} px` };
/** The tolerance is one pixel of the width: 1200×628, which Meta recommends, is 1.9108. */
export const aspect: Measure = { subject: 'Aspect ratio', unit: 'ratio', read: (facts) => facts.width / facts.height, print: (value) => `${round(value, 4)}:1`, tolerance: 'one_pixel' };
/** Of a video: its range is so wide that no pixel matters, and the sandbox forgives none. */
export const videoAspect: Measure = { subject: 'Aspect ratio', unit: 'ratio', read: aspect.read, print: aspect.print };
export const frameRate: Measure = { subject: 'Frame rate', unit: 'fps', read: (facts) => facts.video?.framesPerSecond ?? null, print: (value) => `${round(value, 2)} fps` };
export const bitRate: Measure = { subject: 'Bit rate', unit: 'bits_per_second', read: (facts) => facts.video?.bitsPerSecond ?? null, print: (value) => scaled(value, 1_000_000, 'Mbit/s', `${value} bit/s`) };
export const audioChannels: Measure = { subject: 'Number of audio channels', unit: 'items', read: (facts) => facts.video?.audioChannels ?? null, print: String };
export const audioSampleRate: Measure = { subject: 'Audio sample rate', unit: 'hertz', read: (facts) => facts.video?.audioSampleRate ?? null, print: (value) => `${value} Hz` };

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
export type LimitBody = Pick<MediaLimit, 'subject' | 'comparison' | 'unit' | 'tolerance' | 'actual' | 'model' | 'documented'>;

/** A limit on a number. null: the source knows none. */
export function bounded(measure: Measure, bound: Bound, sides: { model: Side; documented: Side }): LimitBody {
  const side = (limit: Side): Allowance | null => (limit === null ? null : allowance(measure, bound, limit));
  const shape = { subject: measure.subject, comparison: bound, unit: measure.unit ?? null, ...(measure.tolerance && { tolerance: measure.tolerance }) };
  return { ...shape, actual: printed(measure), model: side(sides.model), documented: side(sides.documented) };
}

/** A limit on a word, such as the content type. A word the probe could not name is refused like a wrong one. */
export function listed(subject: string, read: (facts: MediaFacts) => string | null, sides: Readonly<Record<'model' | 'documented', Words>>): LimitBody {
  const side = (allowed: Words): Allowance | null => allowed && {
    words: allowed.join(' or '), figure: allowed.join(', '), limit: null, values: allowed, allows: (facts) => allowed.includes(read(facts) ?? ''),
  };
  return { subject, comparison: 'one_of', unit: null, actual: (facts) => read(facts) ?? 'unknown', model: side(sides.model), documented: side(sides.documented) };
}

function allowance(measure: Measure, bound: Bound, limit: number): Allowance {
  return {
    words: `at ${bound === 'max' ? 'most' : 'least'} ${measure.print(limit)}`,
    figure: measure.print(limit),
    limit,
    values: null,
    allows: (facts) => {
      const value = measure.read(facts);
      // A millionth more, for 1.91 + 0.001 is less than 1.911 in binary.
      const tolerance = measure.tolerance ? 1.000_001 / facts.height : 0;
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
