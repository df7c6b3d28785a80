import { describe, expect, it } from 'vitest';
import { isTimezone, openTimezone } from './timezone.rules.js';

const wall = (text: string): number => Date.parse(`${text}Z`);

describe('a wall time', () => {
  it.each<[string, string, string, string]>([
    ['is that moment', 'Europe/Berlin', '2026-07-01T12:00', '2026-07-01T10:00Z'],
    ['is that moment with an offset of quarters', 'Asia/Kathmandu', '2026-07-01T12:00', '2026-07-01T06:15Z'],
    ['that does not exist is the next minute that does', 'Europe/Berlin', '2027-03-28T02:00', '2027-03-28T01:00Z'],
    ['in the middle of a gap as well', 'Europe/Berlin', '2027-03-28T02:59', '2027-03-28T01:00Z'],
    ['behind a gap is itself', 'Europe/Berlin', '2027-03-28T03:00', '2027-03-28T01:00Z'],
    ['before a gap is itself', 'Europe/Berlin', '2027-03-28T01:59', '2027-03-28T00:59Z'],
    ['that exists twice is the first', 'Europe/Berlin', '2026-10-25T02:30', '2026-10-25T00:30Z'],
    ['behind the two is itself', 'Europe/Berlin', '2026-10-25T03:00', '2026-10-25T02:00Z'],
    ['in a gap of New York', 'America/New_York', '2027-03-14T02:30', '2027-03-14T07:00Z'],
    ['twice in New York', 'America/New_York', '2026-11-01T01:30', '2026-11-01T05:30Z'],
    ['in a gap of half an hour', 'Australia/Lord_Howe', '2026-10-04T02:15', '2026-10-03T15:30Z'],
    ['behind a gap of half an hour', 'Australia/Lord_Howe', '2026-10-04T02:30', '2026-10-03T15:30Z'],
    ['twice within half an hour', 'Australia/Lord_Howe', '2027-04-04T01:45', '2027-04-03T14:45Z'],
    ['of a day that was skipped is the beginning of the next', 'Pacific/Apia', '2011-12-30T09:00', '2011-12-30T10:00Z'],
    ['at midnight of a day that begins at one', 'Africa/Cairo', '2027-04-30T00:30', '2027-04-29T22:00Z'],
    ['on the last minute of the year', 'Pacific/Kiritimati', '2026-12-31T23:59', '2026-12-31T09:59Z'],
  ])('%s: %s %s', (_what, zone, text, moment) => {
    expect(new Date(openTimezone(zone).toInstant(wall(text))).toISOString()).toBe(new Date(moment).toISOString());
  });
});

it.each([['Europe/Berlin', true], ['europe/berlin', true], ['UTC', true], ['Etc/GMT+5', true], ['Asia/Kolkata', true], ['Mars/Olympus', false], ['+01:00', false], ['', false], ['CET DST', false], [`A${'a'.repeat(70)}`, false]])('%s is a timezone: %s', (name, expected) => {
  expect(isTimezone(name)).toBe(expected);
});
