/** The muxer writes the time of day into mvhd, tkhd and mdhd; zeroed, the same input gives the same bytes on every run. */
export function withoutCreationTime(file: Buffer): Buffer {
  const moov = topLevelBox(file, 'moov');
  for (const name of ['mvhd', 'tkhd', 'mdhd']) {
    for (let at = moov.indexOf(name, 0, 'latin1'); at >= 0; at = moov.indexOf(name, at + 4, 'latin1')) {
      const isLong = moov[at + 4] === 1;
      moov.fill(0, at + 8, at + 8 + (isLong ? 16 : 8));
    }
  }
  return file;
}

/** A view on the box's bytes, not a copy. */
function topLevelBox(file: Buffer, type: string): Buffer {
  let position = 0;
  while (position + 8 <= file.length) {
    const declared = file.readUInt32BE(position);
    const size = declared === 1 ? Number(file.readBigUInt64BE(position + 8)) : declared;
    if (file.toString('latin1', position + 4, position + 8) === type) return file.subarray(position, position + size);
    position += size === 0 ? file.length : size;
  }
  throw new Error(`No ${type} box`);
}
