import { JsonBase64, type Base64Sink } from './json-base64.js';

const [quote, backslash, braceOpen, braceClose, bracketOpen, bracketClose, colon, comma] = [...Buffer.from('"\\{}[]:,')] as [number, number, number, number, number, number, number, number];
/** `data:image/jpeg;charset=…;base64,` and room for more. */
const longestHead = 300;

interface Frame {
  readonly isList: boolean;
  index: number;
}

/**
 * Finds the files in a JSON text that passes by in pieces: a text in `media` that is a data URI, or that is called `base64`. Their
 * bytes go to `sink`, decoded, and in the text that is kept each is a placeholder; so memory holds the texts of a body and never its
 * files. What is no JSON is none afterwards either: the kept text is parsed by others.
 */
export class JsonFileScanner {
  private readonly frames: Frame[] = [];
  private readonly kept: Buffer[] = [];
  private root = '';
  private lastText = '';
  private key = '';
  private isAfterColon = false;
  /** The text that is passing by; null between texts. */
  private head: Buffer | null = null;
  private isPlain = false;
  private isEscaped = false;
  private file: JsonBase64 | null = null;
  keptBytes = 0;

  constructor(private readonly sink: Base64Sink) {}

  feed(chunk: Buffer): void {
    let position = 0;
    while (position < chunk.length) {
      if (this.file) position = this.passFile(this.file, chunk, position);
      else if (this.head) position = this.passText(this.head, chunk, position);
      else position = this.passStructure(chunk, position);
    }
  }

  /** All but the files. */
  text(): string {
    if (this.head && !this.isPlain) this.keep(this.head);
    return Buffer.concat(this.kept).toString('utf8');
  }

  /** Up to the next text. */
  private passStructure(chunk: Buffer, start: number): number {
    for (let at = start; at < chunk.length; at += 1) {
      const byte = chunk[at];
      if (byte === quote) {
        this.keep(chunk.subarray(start, at + 1));
        this.head = Buffer.alloc(0);
        this.isPlain = !this.mayBeFile();
        return at + 1;
      }
      if (byte === braceOpen || byte === bracketOpen) this.frames.push({ isList: byte === bracketOpen, index: 0 });
      else if (byte === braceClose || byte === bracketClose) this.frames.pop();
      else if (byte === colon) this.beginValue();
      else if (byte === comma) this.nextValue();
      if (byte === braceOpen || byte === bracketOpen) this.isAfterColon = false;
    }
    this.keep(chunk.subarray(start));
    return chunk.length;
  }

  private beginValue(): void {
    this.key = this.lastText;
    if (this.frames.length === 1) this.root = this.lastText;
    this.isAfterColon = true;
  }

  private nextValue(): void {
    this.isAfterColon = false;
    const frame = this.frames.at(-1);
    if (frame) frame.index += 1;
  }

  private mayBeFile(): boolean {
    return this.root === 'media' && this.frames.length > 0 && (this.isAfterColon || this.frames.at(-1)?.isList === true);
  }

  /** A text up to its end, or to where it turns out to be a file. */
  private passText(head: Buffer, chunk: Buffer, start: number): number {
    for (let at = start; at < chunk.length; at += 1) {
      if (this.isEscaped) this.isEscaped = false;
      else if (chunk[at] === backslash) this.isEscaped = true;
      else if (chunk[at] === quote) {
        this.endText(Buffer.concat([head, chunk.subarray(start, at)]));
        this.keep(chunk.subarray(this.isPlain ? start : at, at + 1));
        this.head = null;
        return at + 1;
      }
      if (!this.isPlain && head.length + at - start >= longestHead) break;
    }
    return this.passPart(head, chunk, start);
  }

  private passPart(head: Buffer, chunk: Buffer, start: number): number {
    if (this.isPlain) {
      this.keep(chunk.subarray(start));
      this.head = Buffer.concat([head, chunk.subarray(start)]).subarray(0, longestHead);
      return chunk.length;
    }
    const missing = longestHead + 1 - head.length;
    const grown = Buffer.concat([head, chunk.subarray(start, start + missing)]);
    this.head = grown;
    if (grown.length > longestHead) {
      this.isEscaped = false;
      if (!this.beginFile(grown)) {
        this.isPlain = true;
        this.isEscaped = endsEscaped(grown);
        this.keep(grown);
      }
    }
    return Math.min(chunk.length, start + missing);
  }

  /** `whole`: everything between the quotes, or its beginning where it was plain and long. */
  private endText(whole: Buffer): void {
    if (!this.isPlain && this.beginFile(whole)) {
      this.endFile();
    } else {
      if (!this.isPlain) this.keep(whole);
      this.lastText = whole.toString('utf8', 0, longestHead);
    }
  }

  private beginFile(head: Buffer): boolean {
    const text = head.toString('latin1');
    const [uri] = /^data:[^,]*;base64,/i.exec(text) ?? [];
    if (uri === undefined && (this.key !== 'base64' || !this.isAfterColon || /^data:/i.test(text))) return false;
    this.file = new JsonBase64(this.sink, this.place());
    this.file.write(text.slice(uri?.length ?? 0));
    return true;
  }

  private passFile(file: JsonBase64, chunk: Buffer, start: number): number {
    const end = chunk.indexOf(quote, start);
    file.write(chunk.toString('latin1', start, end < 0 ? chunk.length : end));
    if (end < 0) return chunk.length;
    this.endFile();
    this.keep(chunk.subarray(end, end + 1));
    this.head = null;
    return end + 1;
  }

  private endFile(): void {
    if (!this.file) return;
    this.keep(Buffer.from(this.file.end()));
    this.file = null;
  }

  /** Where in the request, for a violation. */
  private place(): string {
    const list = this.frames[1];
    return list?.isList ? `media[${list.index}]` : 'media';
  }

  private keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.keptBytes += bytes.length;
    this.kept.push(Buffer.from(bytes)); // a copy: the piece it is a part of would stay in memory whole
  }
}

function endsEscaped(text: Buffer): boolean {
  let count = 0;
  while (text[text.length - 1 - count] === backslash) count += 1;
  return count % 2 === 1;
}
