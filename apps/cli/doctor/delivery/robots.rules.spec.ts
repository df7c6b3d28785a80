import { describe, expect, it } from 'vitest';
import { isAllowedBy } from './robots.rules.js';

describe('robots.txt', () => {
  it.each([
    ['nothing allows', '', true],
    ['everybody is refused', 'User-agent: *\nDisallow: /', false],
    ['an empty disallow allows', 'User-agent: *\nDisallow:', true],
    ['the own group replaces the one for everybody', 'User-agent: *\nDisallow: /\n\nUser-agent: FacebookExternalHit/1.1\nAllow: /', true],
    ['another crawler is meant', 'User-agent: Googlebot\nDisallow: /', true],
    ['names in a row share their rules', 'User-agent: Googlebot\nUser-agent: facebookexternalhit\nDisallow: /', false],
    ['the longest rule decides', 'User-agent: *\nDisallow: /\nAllow: /media/', true],
    ['allow wins a tie', 'User-agent: *\nDisallow: /media\nAllow: /media', true],
    ['a star is anything', 'User-agent: *\nDisallow: /*.jpg', false],
    ['a dollar is the end', 'User-agent: *\nDisallow: /*.jpg$', true],
    ['the query belongs to the path', 'User-agent: *\nDisallow: /*?expires=', false],
    ['comments do not count', '# hello\nUser-agent: * # all\nDisallow: / # everything', false],
  ])('%s', (_fact, text, expected) => {
    expect(isAllowedBy(text, 'facebookexternalhit', '/media/a.jpg?expires=1')).toBe(expected);
  });
});
