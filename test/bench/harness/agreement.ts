import { isDeepStrictEqual } from 'node:util';
import { Client } from 'pg';
import type { BenchRow, Stage } from './row.js';

interface Sides {
  readonly ours: string;
  readonly floor: string;
}

/**
 * A comparison is worth something only between equals: both sides answer the row's request once, and the answers, and what was
 * written, must be the same but for the row's volatile keys. This is what fails when our SQL changes and the floor's does not.
 */
export async function requireAgreement(row: BenchRow, stage: Stage, headers: Readonly<Record<string, string>>, sides: Sides): Promise<void> {
  const database = new Client({ connectionString: stage.databaseUrl });
  await database.connect();
  try {
    const ours = { answer: await ask(sides.ours, row, stage, headers), written: await row.written?.(database) };
    const floor = { answer: await ask(sides.floor, row, stage, headers), written: await row.written?.(database) };
    const [a, b] = [without(ours, row.volatile), without(floor, row.volatile)];
    if (!isDeepStrictEqual(a, b)) throw new Error(`${row.name}: the floor does not do what we do.\nOurs:  ${JSON.stringify(a)}\nFloor: ${JSON.stringify(b)}`);
  } finally {
    await database.end();
  }
}

async function ask(url: string, row: BenchRow, stage: Stage, headers: Readonly<Record<string, string>>): Promise<unknown> {
  const { method, path, body } = row.request(stage);
  const response = await fetch(`${url}${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${row.name}: ${url}${path} answered ${response.status}: ${text}`);
  return { status: response.status, body: JSON.parse(text) as unknown };
}

/** Without these keys, at any depth. */
function without(value: unknown, keys: readonly string[]): unknown {
  return JSON.parse(JSON.stringify(value, (key, inner: unknown) => (keys.includes(key) ? '…' : inner)));
}
