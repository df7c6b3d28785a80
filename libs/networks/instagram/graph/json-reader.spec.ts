import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asDate, asId, asInteger, parseJson } from './json-reader.js';

describe('parseJson', () => {
  it('keeps every digit of an id written as a number', () => {
    expect(parseJson('{"id":17841405309211844123,"list":[-98765432109876543],"n":12,"f":1.5e3}'))
      .toEqual({ id: '17841405309211844123', list: ['-98765432109876543'], n: 12, f: 1500 });
  });

  it('leaves digits inside text alone, also behind escaped quotes', () => {
    const value = { text: 'say "17841405309211844123", \\ 17841405309211844123' };
    expect(parseJson(JSON.stringify(value))).toEqual(value);
  });

  it('changes large integers and nothing else, whatever text stands around them', () => {
    fc.assert(fc.property(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true, max: 1e15, min: -1e15 }))), fc.bigInt({ min: 10n ** 17n, max: 10n ** 25n }), (around, id) => {
      const plain: unknown = JSON.parse(JSON.stringify(around));
      expect(parseJson(`{"a":${JSON.stringify(around)},"id":${id}}`)).toEqual({ a: plain, id: String(id) });
    }));
  });

  it.each(['', '<html>502</html>', '{"a":', 'undefined'])('answers undefined for "%s"', (text) => {
    expect(parseJson(text)).toBeUndefined();
  });
});

describe('readers', () => {
  it('reads Graph timestamps, whose offset has no colon', () => {
    expect(asDate('2019-09-26T22:36:43+0000')).toEqual(new Date('2019-09-26T22:36:43Z'));
    expect(asDate('2019-09-26T22:36:43-0730')).toEqual(new Date('2019-09-27T06:06:43Z'));
    expect(asDate('soon')).toBeNull();
  });

  it('takes an id as text or as a number that is still exact', () => {
    expect(asId('17841405309211844')).toBe('17841405309211844');
    expect(asId(42)).toBe('42');
    expect(asId(2 ** 60)).toBeNull();
    expect(asId('')).toBeNull();
  });

  it('reads signed integers, also as text', () => {
    expect([asInteger(-2), asInteger('-1'), asInteger('x'), asInteger(1.5), asInteger(undefined)]).toEqual([-2, -1, null, null, null]);
  });
});
