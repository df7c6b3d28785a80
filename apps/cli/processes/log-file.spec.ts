import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogFile } from './log-file.js';

let folder: string;
let shown: string[];
let log: LogFile;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heliograph-log-'));
  appendFileSync(join(folder, 'api.log'), 'Error: of the run before\n');
  shown = [];
  log = new LogFile(join(folder, 'api.log'), (line) => shown.push(line));
});
afterEach(() => {
  log.close();
  rmSync(folder, { recursive: true });
});

describe('LogFile', () => {
  it('shows what this run complains about: error entries and uncaught errors, each once', () => {
    const entries = [
      JSON.stringify({ level: 30, msg: 'Post created' }),
      JSON.stringify({ level: 50, msg: 'Round failed', err: { message: 'no\n such column' } }),
      JSON.stringify({ level: 50, msg: 'Round failed', err: { message: 'no\n such column' } }),
      'TypeError: undefined is not a function',
      '    at somewhere (file:1:1)',
    ];
    appendFileSync(log.path, `${entries.join('\n')}\n`);
    expect(log.lastComplaint()).toBe('TypeError: undefined is not a function');
    expect(shown).toEqual(['Round failed: no such column', 'TypeError: undefined is not a function']);
  });

  it('waits for the end of a line', () => {
    appendFileSync(log.path, '{"level":60,"msg":"Ou');
    expect(log.lastComplaint()).toBeNull();
    appendFileSync(log.path, 'ch"}\n');
    expect(log.lastComplaint()).toBe('Ouch');
  });
});
