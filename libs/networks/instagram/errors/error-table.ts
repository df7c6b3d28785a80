import { accessErrors, errorRanges } from './access-errors.js';
import type { ErrorRow } from './error-row.js';
import { publishingErrors } from './publishing-errors.js';

export const errorTable: readonly ErrorRow[] = [...publishingErrors, ...accessErrors];

const unknownMediaSubcode: ErrorRow = {
  code: null, subcode: null, meaning: 'a media failure without documentation', policy: 'undocumented', maxTries: 1,
  remedy: 'Check the media against the format rules.', source: '§2.3 rule for unknown 2207xxx',
};

const byPair = new Map(errorTable.map((row) => [`${row.code}/${row.subcode}`, row]));
const byMediaSubcode = new Map(errorTable.filter((row) => isMediaSubcode(row.subcode)).map((row) => [row.subcode, row]));
const byLoneCode = new Map(errorTable.filter((row) => row.alsoWithoutSubcode).map((row) => [row.code, row]));

/**
 * The row for what the network answered, or null when nothing is known about it. The subcode outranks the code (§2.3,
 * 4/2207051); a 2207xxx subcode names its failure whatever code it comes with, and alone in a container's `status` text.
 */
export function findErrorRow(code: number | null, subcode: number | null): ErrorRow | null {
  return byPair.get(`${code}/${subcode}`)
    ?? (subcode === null ? null : findBySubcode(subcode))
    ?? (code === null ? null : findByCode(code));
}

function findBySubcode(subcode: number): ErrorRow | null {
  return byMediaSubcode.get(subcode) ?? inRange('subcode', subcode) ?? (isMediaSubcode(subcode) ? unknownMediaSubcode : null);
}

function findByCode(code: number): ErrorRow | null {
  return byPair.get(`${code}/null`) ?? byLoneCode.get(code) ?? inRange('code', code);
}

function inRange(of: 'code' | 'subcode', value: number): ErrorRow | null {
  return errorRanges.find((range) => range.of === of && value >= range.from && value <= range.to)?.row ?? null;
}

function isMediaSubcode(subcode: number | null): boolean {
  return subcode !== null && subcode >= 2_207_000 && subcode <= 2_207_999;
}
