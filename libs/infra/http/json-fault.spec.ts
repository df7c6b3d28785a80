import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findJsonFault } from './json-fault.js';

describe('findJsonFault', () => {
  it.each<[string, number]>([
    ['', 0], ['{', 1], ['{"a":', 5], ['{"a": tru}', 6], ['{"a":1}}', 7], ['[1,]', 3], ['{"a":1,}', 7], ['{a:1}', 1], ['{"a" 1}', 5], ["{'a':1}", 1],
    ['"a\nb"', 2], ['"\\x"', 1], ['"\\u12"', 1], ['"abc', 4], ['01', 1], ['-', 0], ['[1 2]', 3], ['[}', 1], ['nul', 0], ['\ufeff{}', 0], ['1 1', 2], ['{"a":undefined}', 5],
  ])('finds where %j stops being JSON', (text, position) => expect(findJsonFault(text)?.position).toBe(position));

  it('counts lines and columns as editors do', () => {
    expect(findJsonFault('{\n  "a": 1,\n  "b": oops\n}')).toEqual({ position: 19, line: 3, column: 8 });
  });

  it('takes exactly what JSON.parse takes', () => {
    const broken = fc.tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '"', '}', ']', '\\', 'e', '0', '\n')).map(([json, place, text]) => {
      const at = place % (json.length + 1);
      return json.slice(0, at) + text + json.slice(at + 1);
    });
    const isJson = (text: string): boolean => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    };
    fc.assert(fc.property(fc.oneof(fc.json(), broken), (text) => (findJsonFault(text) === null) === isJson(text)), { numRuns: 3000 });
  });

  it('reads a megabyte of brackets without running out of stack', () => expect(findJsonFault('['.repeat(1_000_000))?.position).toBe(1_000_000));
});
