import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PlantedProject, projectRoot } from './planted-project.js';

const lines = (count: number, line = '// a line'): string => `${line}\n`.repeat(count);
const body = (count: number): string => `export function long(): void {\n${lines(count, '  String();')}}\n`;
const nest = "import { Injectable } from '@nestjs/common';\nimport { Clock } from '#kernel/clock';\n";

const documented = `import { ApiProperty } from '@nestjs/swagger';
export class F {
  @ApiProperty({ example: { instagram: 'instagram' } }) x!: string;
}
`;

/** Rule, where, and the code that breaks it. */
const forbidden = [
  ['@typescript-eslint/no-explicit-any', 'libs/kernel/a.ts', 'export const a = (value: any): string => String(value);'],
  ['@typescript-eslint/no-unsafe-assignment', 'libs/kernel/b.ts', "export const b: string = JSON.parse('1');"],
  ['@typescript-eslint/no-unsafe-return', 'libs/kernel/c.ts', "export function c(): string { return JSON.parse('1'); }"],
  ['@typescript-eslint/no-unsafe-member-access', 'libs/kernel/d.ts', "export const d = String(JSON.parse('1').name);"],
  ['@typescript-eslint/no-unsafe-call', 'libs/kernel/e.ts', "JSON.parse('1')();"],
  ['@typescript-eslint/no-unsafe-argument', 'libs/kernel/f.ts', "export const f = Number.parseInt(JSON.parse('1'));"],
  ['@typescript-eslint/no-floating-promises', 'libs/kernel/g.ts', 'Promise.resolve(1);'],
  ['@typescript-eslint/no-misused-promises', 'libs/kernel/h.ts', '[1].forEach(async () => { await Promise.resolve(); });'],
  ['@typescript-eslint/no-non-null-assertion', 'libs/kernel/i.ts', 'export const i = [1].at(0)!;'],
  ['@typescript-eslint/consistent-type-imports', 'libs/kernel/j.ts', "import { Clock } from './clock.js';\nexport type J = Clock;"],
  ['@typescript-eslint/switch-exhaustiveness-check', 'libs/kernel/k.ts', "export function k(x: 'a' | 'b'): void { switch (x) { case 'a': String(); } }"],
  ['@typescript-eslint/max-params', 'libs/kernel/l.ts', 'export const l = (...[]: []) => (a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1): number => a + b + c + d + e + f + g;'],
  ['@typescript-eslint/no-unused-vars', 'libs/kernel/m.ts', 'const m = 1;'],
  ['no-restricted-syntax', 'libs/kernel/n.ts', "export const n = 'x' as unknown as number;"],
  ['no-restricted-syntax', 'libs/kernel/o.ts', 'export default 1;'],
  ['no-restricted-imports', 'libs/infra/a.ts', "import { forwardRef } from '@nestjs/common';\nexport const a = forwardRef(() => String);"],
  ['no-restricted-imports', 'libs/features/media/a.ts', "import { NotFoundException } from '@nestjs/common';\nthrow new NotFoundException();"],
  ['no-restricted-imports', 'libs/infra/b.ts', "import { env } from 'node:process';\nexport const b = env;"],
  ['no-restricted-properties', 'libs/infra/c.ts', "export const c = process.env['PATH'];"],
  ['no-restricted-properties', 'libs/features/media/b.ts', 'const { env } = process;\nexport const b = env;'],
  ['no-restricted-properties', 'libs/testing/a.spec.ts', 'export const a = process.env;'],
  ['no-restricted-syntax', 'libs/infra/d.ts', 'export const d = globalThis.process.env;'],
  ['no-restricted-syntax', 'libs/features/media/c.ts', "export const c = (platform: string) => platform === 'instagram';"],
  ['no-restricted-syntax', 'libs/features/media/d.ts', 'export const d = `Instagram says no`;'],
  ['no-restricted-syntax', 'libs/features/media/e.ts', 'export const instagramLimit = 3;'],
  ['no-restricted-syntax', 'libs/infra/read.ts', 'export const read = (db: { findUnique(): unknown }) => db.findUnique();'],
  ['no-console', 'libs/infra/e.ts', "console.log('here');"],
  ['eqeqeq', 'libs/kernel/p.ts', 'export const p = (a: number, b: number) => a == b;'],
  ['no-warning-comments', 'libs/kernel/q.ts', '// Later, TODO: tidy\nexport const q = 1;'],
  ['no-warning-comments', 'apps/cli/a.mjs', '// FIXME\nexport const a = 1;'],
  ['max-lines', 'libs/kernel/r.ts', lines(301)],
  ['max-lines', 'libs/kernel/r.spec.ts', lines(501)],
  ['max-lines-per-function', 'libs/kernel/s.ts', body(60)],
] as const;

/** What must stay possible. */
const allowed = [
  ['a class that Nest injects is a value import', 'libs/infra/f.ts', `${nest}@Injectable()\nexport class F {\n  constructor(readonly clock: Clock) {}\n}\n`],
  ['infra/config reads the environment', 'libs/infra/config/settings.ts', "export const path = process.env['PATH'];"],
  ['an example in the API documentation names a network', 'libs/features/media/f.dto.ts', documented],
  ['a test of a feature names a network', 'libs/features/media/f.spec.ts', "export const f = 'instagram';"],
  ['an adapter names its network', 'libs/networks/instagram/a.ts', "export const name = 'instagram';"],
  ['a command writes to the terminal', 'apps/cli/b.ts', "console.log('done');"],
  ['a test is as long as it needs', 'libs/kernel/t.spec.ts', body(100)],
  ['a file of 300 lines', 'libs/kernel/u.ts', lines(300)],
  ['a function of 60 lines', 'libs/kernel/v.ts', body(58)],
  ['a tool is configured by a default export', 'some.config.ts', 'export default {};'],
  ['generated code is not ours to judge', 'libs/infra/database/generated/a.ts', 'export const a: any = 1;'],
] as const;

interface FileReport {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string | null; readonly message: string }[];
}

let project: PlantedProject;
let exitCode: number | null;
let reports: readonly FileReport[];

beforeAll(() => {
  project = PlantedProject.create({ 'libs/kernel/clock.ts': 'export abstract class Clock {\n  abstract now(): Date;\n}\n' });
  for (const [, path, code] of [...forbidden, ...allowed]) project.write(path, code);
  const run = project.run('eslint/bin/eslint.js', ['.', '--config', join(projectRoot, 'eslint.config.js'), '--max-warnings', '0', '--format', 'json']);
  exitCode = run.exitCode;
  reports = JSON.parse(run.stdout) as FileReport[];
}, 120_000);
afterAll(() => project.remove());

function reported(path: string): string[] {
  return (reports.find(({ filePath }) => filePath === join(project.root, path))?.messages ?? []).map(({ ruleId, message }) => ruleId ?? message);
}

describe('npm run lint', () => {
  it('fails', () => expect(exitCode).toBe(1));

  it.each(forbidden)('reports %s in %s', (rule, path) => expect(reported(path)).toContain(rule));

  it.each(allowed)('%s', (_sentence, path) => expect(reported(path)).toEqual([]));
});
