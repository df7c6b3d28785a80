import { describe, expect, it } from 'vitest';
import { readDuration, readMoment } from './time-option.js';

const now = new Date('2026-11-22T10:00:00Z');

describe('readDuration', () => {
  it.each([['24h', 86_400_000], ['90d', 7_776_000_000], ['30m', 1_800_000], ['0s', 0]])('reads %s', (text, milliseconds) => expect(readDuration('--overlap', text)).toBe(milliseconds));

  it.each(['', '24', 'h', '-1h', '1.5h', '1w', '24 h', '99999d'])('says what to write instead of %j', (text) => {
    expect(() => readDuration('--overlap', text)).toThrow(/--overlap must be a whole number with s, m, h or d/);
  });
});

describe('readMoment', () => {
  it.each([
    ['90d', '2027-02-20T10:00:00.000Z'],
    ['2027-01-31', '2027-01-31T00:00:00.000Z'],
    ['2027-01-31T18:00', '2027-01-31T18:00:00.000Z'],
    ['2027-01-31T18:00:00Z', '2027-01-31T18:00:00.000Z'],
    ['2027-01-31T18:00+02:00', '2027-01-31T16:00:00.000Z'],
  ])('reads %s', (text, moment) => expect(readMoment('--expires', text, now).toISOString()).toBe(moment));

  it.each(['2020-01-01', '2026-11-22T10:00Z', '2026-11-22T12:00+02:00'])('refuses %s, which is not to come', (text) => {
    expect(() => readMoment('--expires', text, now)).toThrow(`--expires must be in the future; it is "${text}".`);
  });

  it.each(['', '0d', 'tomorrow', '2027-02-30', '2027-13-01', '2027-01-31T25:00', '2027-01-31 18:00', '31.1.2027'])('says what to write instead of %j', (text) => {
    expect(() => readMoment('--expires', text, now)).toThrow(/--expires must be a date/);
  });
});
