import { invalidParameter } from './graph-error.js';

/** The parameters of one call, wherever they came from: query, form, multipart or JSON (§0). */
export class CallParams {
  constructor(private readonly values: ReadonlyMap<string, unknown>) {}

  has(name: string): boolean {
    const value = this.values.get(name);
    return value !== undefined && value !== null && value !== '';
  }

  /** A list or an object, which only a JSON body can hold. */
  isStructure(name: string): boolean {
    return typeof this.values.get(name) === 'object' && this.has(name);
  }

  /** As they came, for the request log. */
  all(): Record<string, unknown> {
    return Object.fromEntries(this.values);
  }

  /** An empty value counts as absent. */
  text(name: string): string | null {
    if (!this.has(name)) return null;
    const value = this.values.get(name);
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    throw invalidParameter(`Param ${name} must be a string`);
  }

  boolean(name: string): boolean | null {
    const text = this.text(name)?.toLowerCase();
    if (text === undefined) return null;
    if (text === 'true' || text === '1') return true;
    if (text === 'false' || text === '0') return false;
    throw invalidParameter(`Param ${name} must be a boolean`);
  }

  integer(name: string): number | null {
    const text = this.text(name);
    if (text === null) return null;
    if (!/^-?\d{1,15}$/u.test(text)) throw invalidParameter(`Param ${name} must be an integer`);
    return Number(text);
  }

  /** A list or object: real JSON in a JSON body, JSON text anywhere else. */
  json(name: string): unknown {
    if (!this.has(name)) return null;
    const value = this.values.get(name);
    if (typeof value !== 'string') return value;
    try {
      return JSON.parse(value) as unknown;
    } catch {
      throw invalidParameter(`Param ${name} must be valid JSON`);
    }
  }

  /** A JSON array of strings or a comma list (`children`, §1.2). */
  list(name: string): string[] | null {
    if (!this.has(name)) return null;
    const value = this.values.get(name);
    const items: unknown = typeof value === 'string' && !value.trimStart().startsWith('[') ? value.split(',') : this.json(name);
    if (!Array.isArray(items)) throw invalidParameter(`Param ${name} must be an array`);
    return items.map((item: unknown) => {
      if (typeof item === 'string') return item.trim();
      throw invalidParameter(`Param ${name} must be an array of strings`);
    });
  }
}
