import { describe, expect, it } from 'vitest';
import { fieldsText, parseFields } from './fields.parser.js';

const plain = (name: string): object => ({ name, limit: null, fields: null });

describe('fields parameter', () => {
  it('reads names, nesting and limits', () => {
    expect(parseFields('id, children.limit(2){media_url,owner{id}},caption')).toEqual([
      plain('id'),
      { name: 'children', limit: 2, fields: [plain('media_url'), { name: 'owner', limit: null, fields: [plain('id')] }] },
      plain('caption'),
    ]);
  });

  it.each(['id,', ',id', 'a{', 'a{}', 'a}', 'a b', 'a.since(3)', 'a{b}c', '1a'])('refuses %j', (text) => {
    expect(() => parseFields(text)).toThrow('Syntax error at character');
  });

  it.each(['id', 'id,children.limit(2){media_url,owner{id}},caption'])('writes %j back', (text) => {
    expect(fieldsText(parseFields(text))).toBe(text);
  });

  it('counts a field that is named twice once, as named last', () => {
    expect(fieldsText(parseFields('id,a{b},id,a{c,c}'))).toBe('id,a{c}');
  });

  it('bounds the depth, however long the address is', () => {
    expect(() => parseFields('a{'.repeat(30_000))).toThrow('levels deep');
    expect(parseFields(`${'a{'.repeat(8)}b${'}'.repeat(8)}`)).toHaveLength(1);
  });
});
