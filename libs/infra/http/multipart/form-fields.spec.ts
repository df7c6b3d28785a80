import { describe, expect, it } from 'vitest';
import { AppError } from '#kernel/app-error';
import { readFormFields } from './form-fields.js';

const file = { path: '/tmp/1' };

describe('readFormFields', () => {
  it('makes the body that a JSON client would have sent, files in their places', () => {
    const fields = readFormFields([
      { name: 'post[body]', value: 'a & b = "c"' },
      { name: 'profiles[]', value: 'instagram' },
      { name: 'media[]', value: 'https://example.com/a.jpg' },
      { name: 'media[]', value: file },
      { name: 'platforms[instagram][format]', value: 'reel' },
    ]);
    expect(fields).toEqual({ post: { body: 'a & b = "c"' }, profiles: ['instagram'], media: ['https://example.com/a.jpg', file], platforms: { instagram: { format: 'reel' } } });
    expect((fields['media'] as unknown[])[1]).toBe(file);
  });

  it('keeps more than twenty entries of a list a list', () => {
    const parts = Array.from({ length: 25 }, (_, index) => ({ name: 'media[]', value: `https://example.com/${index}` }));
    expect(readFormFields(parts)['media']).toHaveLength(25);
  });

  it.each(['__proto__[polluted]', 'constructor[prototype][polluted]', 'post[__proto__][polluted]'])('does not let %s reach a prototype', (name) => {
    readFormFields([{ name, value: 'yes' }]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('refuses fields nested beyond reason', () => {
    expect(() => readFormFields([{ name: `a${'[b]'.repeat(50)}`, value: 'x' }])).toThrow(AppError);
  });
});
