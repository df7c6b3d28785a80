const lumaSize = 256;
const chromaSize = 64;

/** One 16×16 macroblock in 4:2:0 (Y, Cb, Cr): a tile of one colour with a bright edge, so that a person can tell seeds apart. */
export function patternMacroblock(column: number, row: number, seed: number): Uint8Array {
  const hue = (column * 7 + row * 13 + seed * 53) & 255;
  const macroblock = new Uint8Array(lumaSize + 2 * chromaSize);
  macroblock.fill(40 + ((column * 5 + row * 9 + seed * 31) % 160), 0, lumaSize);
  macroblock.fill(220, 0, 16);
  macroblock.fill(32 + (hue % 192), lumaSize, lumaSize + chromaSize);
  macroblock.fill(224 - (hue % 192), lumaSize + chromaSize);
  return macroblock;
}
