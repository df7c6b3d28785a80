import type { Json } from '../http/reply.js';

/** A refusal of the control door: plain HTTP and one clear sentence, not the Graph envelope. */
export class ControlError extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

/** Reads a JSON object field by field; every complaint names the field. */
export class JsonReader {
  private constructor(private readonly values: Readonly<Record<string, unknown>>, private readonly path: string) {}

  /** An empty body reads as `{}`. */
  static parse(body: Buffer): JsonReader {
    if (body.length === 0) return new JsonReader({}, '');
    try {
      return JsonReader.of(JSON.parse(body.toString('utf8')), '');
    } catch (error) {
      if (error instanceof ControlError) throw error;
      throw new ControlError(400, 'the body is not valid JSON');
    }
  }

  private static of(value: unknown, path: string): JsonReader {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new ControlError(400, `${path === '' ? 'the body' : path} must be a JSON object`);
    }
    return new JsonReader({ ...value }, path === '' ? '' : `${path}.`);
  }

  allowOnly(names: readonly string[]): void {
    const unknown = Object.keys(this.values).find((name) => !names.includes(name));
    if (unknown !== undefined) throw new ControlError(400, `${this.path}${unknown} is unknown; known: ${names.join(', ')}`);
  }

  has(name: string): boolean {
    return Object.hasOwn(this.values, name);
  }

  object(name: string): JsonReader {
    return JsonReader.of(this.values[name], `${this.path}${name}`);
  }

  text(name: string): string | null {
    const value = this.values[name] ?? null;
    if (value === null || typeof value === 'string') return value;
    throw new ControlError(400, `${this.path}${name} must be a string`);
  }

  integer(name: string, min: number, max: number): number | null {
    const value = this.values[name] ?? null;
    if (value === null) return null;
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    throw new ControlError(400, `${this.path}${name} must be an integer from ${String(min)} to ${String(max)}`);
  }

  boolean(name: string): boolean | null {
    const value = this.values[name] ?? null;
    if (value === null || typeof value === 'boolean') return value;
    throw new ControlError(400, `${this.path}${name} must be true or false`);
  }

  /** Any JSON value as it came; the object was parsed from JSON, so it is one. */
  json(name: string): Json | null {
    return (this.values[name] ?? null) as Json | null;
  }
}
