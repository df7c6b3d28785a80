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
    ['/m.', '/me', false],
  ])('%s on %s is %s', (glob, path, isMatch) => {
    expect(matchesGlob(glob, path)).toBe(isMatch);
  });
});
