import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { projectRoot } from './planted-project.js';

const folder = mkdtempSync(join(tmpdir(), 'heliograph-ci-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function count(report: object | null, exitCode: number): string {
  const path = join(folder, 'tests.json');
  rmSync(path, { force: true });
  if (report) writeFileSync(path, JSON.stringify(report));
  return spawnSync(process.execPath, [join(projectRoot, '.ci/count-tests.mjs'), path, String(exitCode)], { encoding: 'utf8' }).stdout.trim();
}

const file = (status: string, ...tests: string[]): object => ({ status, assertionResults: tests.map((outcome) => ({ status: outcome })) });

describe('the last line of .ci/run', () => {
  it('counts tests', () => {
    const testResults = [file('passed', 'passed', 'passed'), file('failed', 'passed', 'failed')];
    expect(count({ numPassedTests: 3, numFailedTests: 1, testResults }, 1)).toBe('3 1');
    expect(count({ numPassedTests: 2, numFailedTests: 0, testResults: testResults.slice(0, 1) }, 0)).toBe('2 0');
  });

  it('counts a file that could not be loaded as a failure', () => {
    expect(count({ numPassedTests: 1, numFailedTests: 0, testResults: [file('passed', 'passed'), file('failed')] }, 1)).toBe('1 1');
  });

  it('counts a run that failed without a failed test, and one without a report', () => {
    expect(count({ numPassedTests: 1, numFailedTests: 0, testResults: [file('passed', 'passed')] }, 1)).toBe('1 1');
    expect(count(null, 137)).toBe('0 1');
  });
});
