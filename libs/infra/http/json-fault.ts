export interface JsonFault {
  /** Zero-based, in characters. */
  readonly position: number;
  /** One-based, as editors count. */
  readonly line: number;
  readonly column: number;
}

const literal = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const space = /[ \t\n\r]*/y;

/**
 * Where a text stops being JSON; null when it is JSON throughout. Node 20 leaves the position out of most of its messages, so the
 * text is read once more, after `JSON.parse` has refused it. Linear, and without recursion: the text is a stranger's.
 */
export function findJsonFault(text: string): JsonFault | null {
  const position = new Scanner(text).run();
  if (position === null) return null;
  const before = text.slice(0, position).split('\n');
  return { position, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | 'colon' | 'comma or end';

class Scanner {
  private at = 0;
  private expected: Expected = 'value';
  private readonly open: ('{' | '[')[] = [];

  constructor(private readonly text: string) {}

  run(): number | null {
    for (;;) {
      this.at += this.lengthOf(space) ?? 0;
      if (this.at >= this.text.length) return this.expected === 'comma or end' && this.open.length === 0 ? null : this.at;
      if (!this.step(this.text.charAt(this.at))) return this.at;
    }
  }

  /** @returns false when the character cannot stand here; `at` is then where the fault is */
  private step(character: string): boolean {
    switch (this.expected) {
      case 'value': return this.value(character);
      case 'value or ]': return character === ']' ? this.close() : this.value(character);
      case 'key': return character === '"' && this.string() && this.expect('colon');
      case 'key or }': return character === '}' ? this.close() : character === '"' && this.string() && this.expect('colon');
      case 'colon': return character === ':' && this.skip() && this.expect('value');
      case 'comma or end': return this.continued(character);
    }
  }

  private value(character: string): boolean {
    if (character === '{' || character === '[') {
      this.open.push(character);
      return this.skip() && this.expect(character === '{' ? 'key or }' : 'value or ]');
    }
    if (character === '"') return this.string() && this.expect('comma or end');
    const length = this.lengthOf(literal);
    if (length === null) return false;
    this.at += length;
    return this.expect('comma or end');
  }

  private continued(character: string): boolean {
    const parent = this.open.at(-1);
    if (parent === undefined) return false;
    if (character === ',') return this.skip() && this.expect(parent === '{' ? 'key' : 'value');
    return character === (parent === '{' ? '}' : ']') && this.close();
  }

  private close(): boolean {
    this.open.pop();
    return this.skip() && this.expect('comma or end');
  }

  private string(): boolean {
    this.at += 1;
    for (; this.at < this.text.length; this.at += 1) {
      const code = this.text.charCodeAt(this.at);
      if (code === 0x22) return this.skip();
      if (code < 0x20) return false;
      if (code !== 0x5c) continue;
      const length = this.lengthOf(escape);
      if (length === null) return false;
      this.at += length - 1;
    }
    return false;
  }

  private skip(): boolean {
    this.at += 1;
    return true;
  }

  private expect(expected: Expected): boolean {
    this.expected = expected;
    return true;
  }

  private lengthOf(pattern: RegExp): number | null {
    pattern.lastIndex = this.at;
    return pattern.test(this.text) ? pattern.lastIndex - this.at : null;
  }
}
