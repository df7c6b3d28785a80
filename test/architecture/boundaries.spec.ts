import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PlantedProject, projectRoot } from './planted-project.js';

/** Rule, the file that breaks it, and what it imports. Every rule of .dependency-cruiser.mjs has a row. */
const forbidden = [
  ['kernel-is-pure', 'libs/kernel/a.ts', '#infra/clock/clock'],
  ['kernel-is-pure', 'libs/kernel/b.ts', '@nestjs/common'],
  ['kernel-is-pure', 'libs/kernel/c.ts', 'node:fs'],
  ['infra-is-below', 'libs/infra/clock/a.ts', '#networks/port/network'],
  ['infra-is-below', 'libs/infra/clock/b.ts', '#features/media/index'],
  ['port-is-below', 'libs/networks/port/a.ts', '#networks/instagram/instagram'],
  ['port-is-below', 'libs/networks/port/b.ts', '#features/media/index'],
  ['adapters-meet-features-at-the-port', 'libs/networks/instagram/a.ts', '#features/media/index'],
  ['libs-never-import-apps', 'libs/infra/clock/c.ts', '../../../apps/api/api.js'],
  ['libs-never-import-apps', 'libs/testing/a.ts', '../../apps/api/api.js'],
  ['prisma-folder-is-a-tool', 'prisma/a.ts', '#features/media/index'],
  ['migrations-are-run-from-outside', 'libs/features/media/a.ts', '../../../prisma/migrate.js'],
  ['apps-stand-apart', 'apps/cli/a.ts', '../api/api.js'],
  ['apps-stand-apart', 'apps/cli/b.ts', '../sandbox/server.js'],
  ['sandbox-imports-nothing-of-ours', 'apps/sandbox/a.ts', '#kernel/clock'],
  ['nobody-imports-the-sandbox', 'test/e2e/a.e2e.spec.ts', '../../apps/sandbox/server.js'],
  ['nobody-imports-the-sandbox', 'libs/testing/b.ts', '../../apps/sandbox/server.js'],
  ['features-know-only-the-port', 'libs/features/media/b.ts', '#networks/networks.module'],
  ['adapters-are-composed-in-one-place', 'apps/worker/a.ts', '#networks/instagram/instagram'],
  ['adapters-are-composed-in-one-place', 'libs/networks/threads/a.ts', '#networks/instagram/instagram'],
  ['features-meet-at-the-index', 'libs/features/publishing/a.ts', '#features/media/media.service'],
  ['features-meet-at-the-index', 'apps/api/a.ts', '#features/media/media.service'],
  ['events-is-imported-by-none', 'libs/features/publishing/b.ts', '#features/events/index'],
  ['features-in-order', 'libs/features/accounts/a.ts', '#features/media/index'],
  ['features-in-order', 'libs/features/media/c.ts', '#features/publishing/index'],
  ['features-in-order', 'libs/features/chats/a.ts', '#features/comments/index'],
  ['features-in-order', 'libs/features/brandnew/a.ts', '#features/accounts/index'],
  ['database-only-in-repositories', 'libs/features/media/media.service.ts', '#infra/database/database'],
  ['database-only-in-repositories', 'apps/api/b.ts', '#infra/database/database'],
  ['database-only-in-repositories', 'libs/features/media/types.ts', 'type #infra/database/database'],
  ['database-only-in-repositories', 'libs/features/media/lazy.ts', 'lazily #infra/database/database'],
  ['generated-client-stays-inside', 'libs/features/media/a.repository.ts', '#infra/database/generated/client'],
  ['prisma-only-in-database', 'libs/features/media/b.repository.ts', '@prisma/client'],
  ['queue-engine-only-in-infra-queue', 'libs/features/media/d.ts', 'bullmq'],
  ['queue-engine-only-in-infra-queue', 'libs/infra/clock/d.ts', 'ioredis'],
  ['axios-only-in-adapters', 'libs/features/media/e.ts', 'axios'],
  ['undici-only-behind-the-egress-guard', 'libs/networks/instagram/b.ts', 'undici'],
  ['no-cycle', 'libs/kernel/d.ts', './e.js'],
  ['tests-are-not-for-production', 'libs/features/media/f.ts', '#testing/sandbox'],
  ['nobody-imports-a-spec', 'libs/kernel/clock.spec.ts', './ids.spec.js'],
  ['no-dev-dependency-in-production', 'libs/infra/clock/e.ts', 'autocannon'],
  ['everything-resolves', 'libs/infra/clock/f.ts', '#kernel/no-such-file'],
] as const;

/** What must stay possible: a rule that forbids these is too wide. */
const allowed = [
  ['libs/kernel/ids.ts', 'node:crypto'],
  ['libs/infra/queue/queue.ts', 'bullmq'],
  ['libs/infra/http/egress.ts', 'undici'],
  ['libs/infra/database/client.ts', './generated/client.js'],
  ['libs/networks/networks.module.ts', '#networks/instagram/instagram'],
  ['libs/networks/instagram/c.ts', 'axios'],
  ['libs/networks/instagram/d.ts', './instagram.js'],
  ['libs/networks/instagram/instagram.ts', '#networks/port/network'],
  ['libs/features/accounts/accounts-admin.ts', '#infra/database/database'],
  ['libs/features/stats/a.ts', '#features/publishing/index'],
  ['libs/features/events/a.ts', '#features/publishing/index'],
  ['libs/features/media/media.repository.ts', '#infra/database/database'],
  ['libs/features/media/media.int.spec.ts', '#testing/sandbox'],
  ['apps/api/c.ts', '#features/events/index'],
  ['apps/api/d.ts', '../../prisma/migrate.js'],
] as const;

const targets = [
  'apps/api/api.ts', 'apps/sandbox/server.ts', 'libs/infra/clock/clock.ts', 'libs/infra/database/database.ts', 'libs/infra/database/generated/client.ts',
  'libs/kernel/clock.ts', 'libs/kernel/ids.spec.ts', 'prisma/migrate.ts', 'libs/networks/port/network.ts', 'libs/testing/sandbox.ts',
  ...['accounts', 'comments', 'events', 'media', 'publishing'].map((name) => `libs/features/${name}/index.ts`),
];

interface Violation {
  readonly rule: { readonly name: string };
  readonly from: string;
}

/** `type x` is an import that the compiler erases, `lazily x` one at run time. */
function importing(target: string): string {
  const [manner, path] = target.split(' ');
  if (path === undefined) return `import '${target}';\n`;
  return manner === 'type' ? `import type { here } from '${path}';\nexport type Here = typeof here;\n` : `export const load = () => import('${path}');\n`;
}

let project: PlantedProject;
let exitCode: number | null;
let reported: Set<string>;

beforeAll(() => {
  project = PlantedProject.create(Object.fromEntries(targets.map((path) => [path, 'export const here = true;\n'])));
  for (const [, from, to] of forbidden) project.write(from, importing(to));
  for (const [from, to] of allowed) project.write(from, importing(to));
  project.write('libs/kernel/e.ts', importing('./d.js'));
  const args = ['apps', 'libs', 'prisma', 'test', '--config', join(projectRoot, '.dependency-cruiser.mjs'), '--output-type'];
  exitCode = project.run('dependency-cruiser/bin/dependency-cruise.mjs', [...args, 'err']).exitCode;
  const report = JSON.parse(project.run('dependency-cruiser/bin/dependency-cruise.mjs', [...args, 'json']).stdout) as { summary: { violations: Violation[] } };
  reported = new Set(report.summary.violations.map((violation) => `${violation.rule.name}: ${violation.from}`));
});
afterAll(() => project.remove());

describe('npm run boundaries', () => {
  it('fails', () => expect(exitCode).toBeGreaterThan(0));

  it.each(forbidden)('reports %s when %s imports %s', (rule, from) => expect(reported).toContain(`${rule}: ${from}`));

  it.each(allowed)('lets %s import %s', (from) => expect([...reported].filter((entry) => entry.endsWith(`: ${from}`))).toEqual([]));

  it('has a planted violation for every rule', async () => {
    const { default: config } = (await import(join(projectRoot, '.dependency-cruiser.mjs'))) as { default: { forbidden: { name: string }[] } };
    expect(new Set(config.forbidden.map(({ name }) => name))).toEqual(new Set(forbidden.map(([rule]) => rule)));
  });
});
