import { describe, expect, it } from 'vitest';
import { isAllowedFor, parseRobots } from './robots.rules.js';

const allowed = (text: string, path: string, agent = 'facebookexternalhit'): boolean => isAllowedFor(parseRobots(text), agent, path);

describe('robots.txt (RFC 9309)', () => {
  it.each([
    ['nothing at all allows', '', '/a.jpg', true],
    ['a page instead of rules allows', '<html>\n<body>', '/a.jpg', true],
    ['everybody', 'User-agent: *\nDisallow: /', '/a.jpg', false],
    ['an empty disallow allows', 'User-agent: *\nDisallow:', '/a.jpg', true],
    ['a rule before any user agent counts for nobody', 'Disallow: /\nUser-agent: *\nAllow: /', '/a.jpg', true],
    ['the own group replaces the one for everybody', 'User-agent: *\nDisallow: /\n\nUser-agent: facebookexternalhit\nAllow: /', '/a.jpg', true],
    ['the own group, in capitals and with a version', 'USER-AGENT: FacebookExternalHit/1.1\nDISALLOW: /', '/a.jpg', false],
    ['a group for another crawler', 'User-agent: Googlebot\nDisallow: /', '/a.jpg', true],
    ['a longer name is another crawler', 'User-agent: facebookexternalhit-extra\nDisallow: /', '/a.jpg', true],
    ['names in a row share their rules', 'User-agent: Googlebot\nUser-agent: facebookexternalhit\nDisallow: /', '/a.jpg', false],
    ['a second group of the same name adds to the first', 'User-agent: facebookexternalhit\nAllow: /b\n\nUser-agent: facebookexternalhit\nDisallow: /a', '/a.jpg', false],
    ['the longest rule decides', 'User-agent: *\nDisallow: /\nAllow: /media/', '/media/a.jpg', true],
    ['also against its order', 'User-agent: *\nAllow: /media/\nDisallow: /media/private', '/media/private/a.jpg', false],
    ['allow wins a tie', 'User-agent: *\nDisallow: /a\nAllow: /a', '/a.jpg', true],
    ['paths are case-sensitive', 'User-agent: *\nDisallow: /A', '/a.jpg', true],
    ['* is any number of characters', 'User-agent: *\nDisallow: /*/private/*.jpg', '/x/y/private/z/a.jpg', false],
    ['$ is the end', 'User-agent: *\nDisallow: /*.jpg$', '/a.jpg', false],
    ['$ is not the middle', 'User-agent: *\nDisallow: /*.jpg$', '/a.jpg?size=2', true],
    ['$ after a plain path', 'User-agent: *\nDisallow: /a$', '/a.jpg', true],
    ['the query belongs to the path', 'User-agent: *\nDisallow: /*?signature=', '/a.jpg?signature=1', false],
    ['encoded and plain spellings are the same', 'User-agent: *\nDisallow: /%61%2Fü', '/a%2f%C3%BC.jpg', false],
    ['comments and byte order marks are skipped', '\uFEFFUser-agent: * # all\nDisallow: / # everything', '/a.jpg', false],
    ['unknown fields do not end a group', 'User-agent: *\nCrawl-delay: 3\nSitemap: https://example.com/s.xml\nDisallow: /', '/a.jpg', false],
  ])('%s', (_fact, text, path, expected) => {
    expect(allowed(text, path)).toBe(expected);
  });

  it('is quick with a pattern made to be slow', () => {
    const begun = process.cpuUsage();
    expect(allowed(`User-agent: *\nDisallow: /${'*a'.repeat(5000)}$`, `/${'a'.repeat(4000)}`)).toBe(true);
    expect(process.cpuUsage(begun).user / 1000).toBeLessThan(500);
  });
});
