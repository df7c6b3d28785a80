import { validationFailed } from '#kernel/app-error';

/** Takes decoded files, one after the other. */
export interface Base64Sink {
  /** A file begins; answers what stands for it in the text. */
  begin(): string;
  write(bytes: Buffer): void;
}

/** One text of base64 that passes by in pieces (RFC 4648 §4 and §5, with or without padding), as it stands in JSON: `\/` is `/`. */
export class JsonBase64 {
  private readonly placeholder: string;
  private rest = '';
  private isPadded = false;

  /** @param at where it stands in the request */
  constructor(private readonly sink: Base64Sink, private readonly at: string) {
    this.placeholder = sink.begin();
  }

  write(piece: string): void {
    let text = this.rest + piece;
    this.rest = '';
    if (text.endsWith('\\')) {
      this.rest = '\\';
      text = text.slice(0, -1);
    }
    if (text.includes('\\')) text = text.replace(/\\\//g, '/').replace(/\\[rn]/g, '');
    const found = /^([A-Za-z0-9+/_-]*)(=*)$/.exec(text);
    if (!found || (this.isPadded && found[1] !== '')) throw this.refusal();
    this.isPadded ||= found[2] !== '';
    const whole = this.isPadded ? text.length : text.length - (text.length % 4);
    if (whole > 0) this.sink.write(Buffer.from(text.slice(0, whole), 'base64'));
    this.rest = text.slice(whole) + this.rest;
  }

  /** @returns the placeholder */
  end(): string {
    if (this.rest.length === 1 || this.rest.endsWith('\\')) throw this.refusal();
    if (this.rest !== '') this.sink.write(Buffer.from(this.rest, 'base64'));
    return this.placeholder;
  }

  private refusal(): Error {
    return validationFailed([{ rule: 'media.base64', path: this.at, message: `The base64 text of ${this.at} is not valid`, fix: 'Send the bytes of the file as base64 (RFC 4648), or as a file of a form' }]);
  }
}
