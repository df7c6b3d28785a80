import { describe, expect, it } from 'vitest';
import { violations } from '../testing/json-schema.fixture.js';
import { dictionary, list, object, partial } from './object.shape.js';
import { anyJson, boolean, decimal, either, integer, keyword, named, nullable, oneOf, optional, type Schemas, type Shape, text } from './shape.js';

const BODY = object({
  name: text({ pattern: /^[a-z]+$/u, what: 'small letters' }),
  count: optional(integer(1, 9)),
  kind: optional(nullable(oneOf(['a', 'b']))),
  inner: optional(object({ flag: boolean(), tags: optional(list(text(), 2)) })),
});

describe('Shapes', () => {
  it.each<[unknown, string]>([
    [[], 'the body must be a JSON object'],
    [null, 'the body must be a JSON object'],
    [{}, 'name is required: small letters'],
    [{ name: 'A' }, 'name must be small letters'],
    [{ name: 'a', nmae: 1 }, 'nmae is unknown; known: name, count, kind, inner'],
    [{ name: 'a', count: 10 }, 'count must be an integer from 1 to 9'],
    [{ name: 'a', count: null }, 'count must be an integer from 1 to 9'],
    [{ name: 'a', count: 1.5 }, 'count must be an integer from 1 to 9'],
    [{ name: 'a', kind: 'c' }, 'kind must be one of a, b'],
    [{ name: 'a', inner: 1 }, 'inner must be a JSON object'],
    [{ name: 'a', inner: {} }, 'inner.flag is required: true or false'],
    [{ name: 'a', inner: { flag: 'yes' } }, 'inner.flag must be true or false'],
    [{ name: 'a', inner: { flag: true, more: 1 } }, 'inner.more is unknown; known: flag, tags'],
    [{ name: 'a', inner: { flag: true, tags: ['x', 1] } }, 'inner.tags[1] must be a string'],
    [{ name: 'a', inner: { flag: true, tags: ['x', 'y', 'z'] } }, 'inner.tags must be a list of at most 2'],
  ])('%j: %s', (value, sentence) => {
    expect(() => BODY.read(value, '')).toThrow(sentence);
    expect(violations(BODY.schema(new Map()), value, {})).not.toEqual([]);
  });

  it.each<[string, Shape<unknown>, unknown, unknown]>([
    ['leaves out what is absent', BODY, { name: 'a' }, { name: 'a' }],
    ['keeps null where it means something', BODY, { name: 'a', kind: null }, { name: 'a', kind: null }],
    ['reads all of it', BODY, { name: 'a', count: 9, kind: 'b', inner: { flag: false, tags: [] } }, { name: 'a', count: 9, kind: 'b', inner: { flag: false, tags: [] } }],
    ['makes every field optional', partial({ one: boolean(), two: decimal() }), { two: 0.5 }, { two: 0.5 }],
    ['takes the alternative that fits', either(integer(1, 2), oneOf(['cut'])), 'cut', 'cut'],
    ['reads keys that are data', dictionary(integer(0, 5)), { 'POST /media': 3 }, { 'POST /media': 3 }],
    ['reads by its name too', named('Body', text()), 'x', 'x'],
    ['takes any JSON', anyJson(), [{ a: [null] }], [{ a: [null] }]],
  ])('%s', (_fact, shape, value, expected) => {
    const schemas: Schemas = new Map();
    const schema = shape.schema(schemas);
    expect(shape.read(value, '')).toEqual(expected);
    expect(violations(schema, value, { components: { schemas: Object.fromEntries(schemas) as unknown } })).toEqual([]);
  });

  it('reads keywords in any case', () => {
    expect(keyword(['GET', 'POST']).read('post', 'method')).toBe('POST');
  });

  it('refuses JSON that nests without end', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    expect(() => anyJson().read(deep, 'fault.body')).toThrow('fault.body must be JSON of at most 32 levels');
  });
});
