/** A HEIC as telephones write it when held upright: its main picture is to be turned so many quarters anticlockwise (`irot`, ISO 23008-12 §6.5.10). */
export function turnHeic(heic: Buffer, quarters: 1 | 2 | 3): Buffer {
  const ipco = boxAt(heic, 'ipco');
  const ipma = boxAt(heic, 'ipma');
  const irot = Buffer.from([0, 0, 0, 9, ...Buffer.from('irot'), quarters]);
  const index = propertiesIn(heic.subarray(ipco.start + 8, ipco.end)) + 1;
  const entry = associationAt(heic, ipma.start, heic.readUInt16BE(boxAt(heic, 'pitm').start + 12));
  const out = Buffer.from(heic);
  out.writeUInt8(out.readUInt8(entry.countAt) + 1, entry.countAt);
  const grown = irot.length + 1;
  for (const [name, by] of [['ipco', irot.length], ['ipma', 1], ['iprp', grown], ['meta', grown]] as const) grow(out, boxAt(heic, name).start, by);
  moveData(out, boxAt(heic, 'iloc').start, grown);
  // Behind what describes: a turn is essential, which the highest bit says.
  return Buffer.concat([out.subarray(0, ipco.end), irot, out.subarray(ipco.end, entry.end), Buffer.from([0x80 | index]), out.subarray(entry.end)]);
}

function boxAt(heic: Buffer, name: string): { start: number; end: number } {
  const start = heic.indexOf(name, 0, 'latin1') - 4;
  if (start < 0) throw new Error(`There is no ${name} in this HEIC`);
  return { start, end: start + heic.readUInt32BE(start) };
}

function propertiesIn(boxes: Buffer): number {
  let count = 0;
  for (let at = 0; at < boxes.length; at += boxes.readUInt32BE(at)) count += 1;
  return count;
}

/** Where the list of an item's properties has its length, and where it ends (version 0, one byte each). */
function associationAt(heic: Buffer, ipma: number, item: number): { countAt: number; end: number } {
  if (heic.readUInt32BE(ipma + 8) !== 0) throw new Error('This ipma is of another kind');
  for (let at = ipma + 16, left = heic.readUInt32BE(ipma + 12); left > 0; left -= 1) {
    const end = at + 3 + heic.readUInt8(at + 2);
    if (heic.readUInt16BE(at) === item) return { countAt: at + 2, end };
    at = end;
  }
  throw new Error('The main picture has no properties');
}

function grow(heic: Buffer, at: number, by: number): void {
  heic.writeUInt32BE(heic.readUInt32BE(at) + by, at);
}

/** The bytes of the pictures come behind all this: each of their places moves (version 0 or 1, offsets of four bytes). */
function moveData(heic: Buffer, iloc: number, by: number): void {
  const [version, sizes] = [heic.readUInt8(iloc + 8), heic.readUInt16BE(iloc + 12)];
  const [offset, length, base] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15];
  if (version > 1 || offset !== 4) throw new Error('This iloc is of another kind');
  let at = iloc + 16;
  for (let items = heic.readUInt16BE(iloc + 14); items > 0; items -= 1) {
    at += 2 + (version === 1 ? 2 : 0) + 2 + base;
    const extents = heic.readUInt16BE(at);
    at += 2;
    for (let extent = 0; extent < extents; extent += 1, at += offset + length) grow(heic, at, by);
  }
}
