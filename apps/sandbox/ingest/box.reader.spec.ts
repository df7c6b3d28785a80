import { describe, expect, it } from 'vitest';
import { childBoxes, MalformedBoxError } from './box.reader.js';

function boxes(count: number): Buffer {
  const box = Buffer.from('\0\0\0\x08free', 'latin1');
  return Buffer.concat(Array.from({ length: count }, () => box));
}

describe('boxes', () => {
  it('are read up to a thousand', () => {
    expect(childBoxes(boxes(1000))).toHaveLength(1000);
  });

  it('are refused when there are more: two million of them would take a second and a gigabyte', () => {
    expect(() => childBoxes(boxes(1001))).toThrow(MalformedBoxError);
  });
});
