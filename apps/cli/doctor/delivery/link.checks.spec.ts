import { describe, expect, it } from 'vitest';
import { EgressClient } from '#infra/http/egress/egress.client';
import { EgressPolicy } from '#infra/http/egress/egress-policy';
import { after, hours, minutes } from '#kernel/clock';
import { Fetcher, runCheck } from './fetcher.js';
import { linkChecks } from './link.checks.js';

const now = new Date('2026-03-01T12:00:00Z');

describe('the check of the link', () => {
  const lifetime = async (expires: Date) => {
    const url = `https://social.example.com/media/a.jpg?expires=${expires.getTime() / 1000}&signature=x`;
    const [check] = linkChecks({ url, contentType: 'image/jpeg', content: Buffer.of(1) }, () => now);
    if (!check) throw new Error('There is no check');
    return runCheck(new Fetcher(new EgressClient(new EgressPolicy({ allow: [], trustedOrigin: null })), 1000), check);
  };

  it.each([[hours(24), 'ok'], [hours(48), 'ok'], [hours(24) - minutes(1), 'fail'], [-hours(1), 'fail']])('wants it to live for a day: %i ms are %s', async (left, state) => {
    expect(await lifetime(after(now, left))).toMatchObject({ state, subject: 'Link' });
  });
});
