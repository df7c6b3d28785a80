interface IsoBox {
  readonly type: string;
  readonly content: Buffer;
}

/** A parent of more boxes than this was made to keep readers busy. */
const maxChildren = 1000;

/** The boxes directly inside one (ISO 14496-12 §4.2). @throws RangeError when one is longer than its parent */
export function childBoxes(bytes: Buffer): IsoBox[] {
  const boxes: IsoBox[] = [];
  for (let at = 0; at + 8 <= bytes.length;) {
    const declared = bytes.readUInt32BE(at);
    if (declared === 0 && bytes.length - at < 16) break; // QuickTime ends a list with zeros
    const header = declared === 1 ? 16 : 8;
    const length = declared === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : declared || bytes.length - at;
    if (length < header || at + length > bytes.length) throw new RangeError('a box is longer than its parent');
    if (boxes.length === maxChildren) throw new RangeError('a box holds too many others');
    boxes.push({ type: bytes.toString('latin1', at + 4, at + 8), content: bytes.subarray(at + header, at + length) });
    at += length;
  }
  return boxes;
}

/** Content of the first box on a path like `mdia/mdhd`, or null. */
export function findBox(bytes: Buffer, path: string): Buffer | null {
  let content: Buffer | undefined = bytes;
  for (const type of path.split('/')) {
    content = content && childBoxes(content).find((box) => box.type === type)?.content;
  }
  return content ?? null;
}
