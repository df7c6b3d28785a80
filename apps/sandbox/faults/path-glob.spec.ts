import { describe, expect, it } from 'vitest';
import { matchesGlob } from './path-glob.js';

describe('path glob', () => {
  it.each([
    ['/*/media_publish', '/me/media_publish', true],
    ['/*/media_publish', '/17841400000000001/media_publish', true],
    ['/*/media_publish', '/media_publish', false],
    ['/*/media', '/me/media_publish', false],
    ['/*', '/me/media', false],
    ['/**', '/me/media', true],
    ['/**', '/', true],
    ['/**/media', '/a/b/media', true],
    ['/**/media', '/media', false],
    ['**', '', true],
    ['/m*a', '/media', true],
    ['/m*a', '/ma', false],
    ['/m.', '/me', false],
    ['/me', '/mea', false],
  ])('%s on %s is %s', (glob, path, isMatch) => {
    expect(matchesGlob(glob, path)).toBe(isMatch);
  });

  it('takes the time of the two lengths, whatever is called', () => {
    const begun = process.cpuUsage();
    expect(matchesGlob(`/${'**a'.repeat(60)}b`, `/${'a'.repeat(5000)}`)).toBe(false);
    expect(process.cpuUsage(begun).user / 1000).toBeLessThan(2000);
  });
});
