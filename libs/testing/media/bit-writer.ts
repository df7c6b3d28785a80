/** Writes the bit fields of H.264 headers, most significant bit first (ITU-T H.264 §7.2). */
export class BitWriter {
  private readonly bytes: number[] = [];
  private current = 0;
  private filled = 0;

  bits(value: number, count: number): this {
    for (let index = count - 1; index >= 0; index -= 1) {
      this.current = (this.current << 1) | ((value >>> index) & 1);
      this.filled += 1;
      if (this.filled === 8) this.flushByte();
    }
    return this;
  }

  /** ue(v): unsigned Exp-Golomb code (§9.1). */
  ue(value: number): this {
    const length = Math.floor(Math.log2(value + 1));
    return this.bits(0, length).bits(value + 1, length + 1);
  }

  alignWithZeros(): this {
    return this.filled === 0 ? this : this.bits(0, 8 - this.filled);
  }

  /** Whole bytes; only between aligned fields. */
  raw(bytes: Uint8Array): this {
    for (const byte of bytes) this.bytes.push(byte);
    return this;
  }

  /** rbsp_trailing_bits: a one, then zeros up to the byte. */
  finish(): Uint8Array {
    this.bits(1, 1).alignWithZeros();
    return Uint8Array.from(this.bytes);
  }

  private flushByte(): void {
    this.bytes.push(this.current);
    this.current = 0;
    this.filled = 0;
  }
}
