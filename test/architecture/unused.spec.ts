import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PlantedProject, projectRoot, type ToolRun } from './planted-project.js';

let project: PlantedProject;
let everything: ToolRun;
let production: ToolRun;

beforeAll(() => {
  project = PlantedProject.create({
    'apps/api/main.ts': "import { used } from '#kernel/used';\nimport 'axios';\nused();\n",
    'libs/kernel/used.ts': 'export function used(): void { return; }\nexport function neverCalled(): void { return; }\nexport type NeverNamed = string;\n',
    'libs/kernel/orphan.ts': 'export const orphan = 1;\n',
    'libs/kernel/only-tested.ts': 'export const onlyTested = 1;\n',
    'libs/kernel/only-tested.spec.ts': "import { onlyTested } from './only-tested.js';\nimport 'undici';\nString(onlyTested);\n",
    'libs/infra/database/generated/unused.ts': 'export const generated = 1;\n',
  });
  const knip = (...args: string[]): ToolRun => project.run('knip/bin/knip.js', ['--config', join(projectRoot, 'knip.jsonc'), '--tsConfig', 'tsconfig.json', ...args]);
  everything = knip();
  production = knip('--production', '--include', 'files,dependencies');
}, 60_000);
afterAll(() => project.remove());

describe('npm run unused', () => {
  it('fails', () => expect([everything.exitCode, production.exitCode]).toEqual([1, 1]));

  it('reports a file that nothing imports', () => expect(everything.stdout).toContain('libs/kernel/orphan.ts'));

  it('reports an export that nothing imports', () => expect(everything.stdout).toMatch(/^neverCalled .*libs\/kernel\/used\.ts/m));

  it('reports a type that nothing imports', () => expect(everything.stdout).toMatch(/^NeverNamed .*libs\/kernel\/used\.ts/m));

  it('reports a dependency that nothing imports', () => expect(everything.stdout).toMatch(/^commander +package\.json/m));

  it('reports what only tests use, in what production installs', () => {
    expect(production.stdout).toContain('libs/kernel/only-tested.ts');
    expect(production.stdout).toMatch(/^undici +package\.json/m);
  });

  it('lets pass what is used or generated', () => {
    for (const innocent of ['generated/unused.ts', 'libs/kernel/only-tested.ts', 'apps/api/main.ts']) expect(everything.stdout).not.toContain(innocent);
    expect(`${everything.stdout}${production.stdout}`).not.toMatch(/^(used|axios) /m);
  });
});
