import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findDrift } from '../../apps/api/write-openapi.js';
import { findEventsDrift } from '../../apps/api/write-events.js';
import { findRulesDrift } from '../../apps/api/write-rules.js';
import { projectRoot } from './planted-project.js';

const folder = mkdtempSync(join(tmpdir(), 'heliograph-generated-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('docs/openapi.json', () => {
  const committed = join(projectRoot, 'docs/openapi.json');

  it('is what the sources say', async () => expect(await findDrift(committed)).toBeNull());

  it('is reported when it is not', async () => {
    const stale = join(folder, 'openapi.json');
    writeFileSync(stale, readFileSync(committed, 'utf8').replace('"operationId": "listPosts"', '"operationId": "postsIndex"'));
    expect(await findDrift(stale)).toMatch(/openapi\.json is not what the sources say/);
  });
});

describe('docs/rules.md', () => {
  const committed = join(projectRoot, 'docs/rules.md');

  it('is what the rules say', async () => expect(await findRulesDrift(committed)).toBeNull());

  it('is reported when it is not', async () => {
    const stale = join(folder, 'rules.md');
    writeFileSync(stale, readFileSync(committed, 'utf8').replace('allowed is at most 90 min', 'allowed is at most 91 min'));
    expect(await findRulesDrift(stale)).toMatch(/rules\.md is not what the sources say/);
  });
});

describe('docs/events and docs/asyncapi.yaml', () => {
  const committed = join(projectRoot, 'docs');

  it('are what the sources say', () => expect(findEventsDrift(committed)).toBeNull());

  it('are reported when they are not, one by one', () => {
    const stale = join(folder, 'docs');
    for (const name of ['events', 'asyncapi.yaml']) cpSync(join(committed, name), join(stale, name), { recursive: true });
    appendFileSync(join(stale, 'asyncapi.yaml'), '# by hand\n');
    rmSync(join(stale, 'events/post.created.json'));
    writeFileSync(join(stale, 'events/post.invented.json'), '{}');
    expect(findEventsDrift(stale)).toContain('events/post.created.json, asyncapi.yaml, events/post.invented.json are not');
  });
});

function checkClient(...args: string[]): { status: number | null; stderr: string } {
  return spawnSync(process.execPath, ['.ci/prisma-client.mjs', '--check', ...args], { cwd: projectRoot, encoding: 'utf8' });
}

describe('the Prisma client', () => {
  it('is what prisma/schema gives', () => expect(checkClient()).toMatchObject({ status: 0, stderr: '' }));

  it('is reported when files were changed, added or lost', () => {
    const stale = join(folder, 'generated');
    cpSync(join(projectRoot, 'libs/infra/database/generated'), stale, { recursive: true });
    appendFileSync(join(stale, 'enums.ts'), '// by hand\n');
    writeFileSync(join(stale, 'models/Invented.ts'), '');
    rmSync(join(stale, 'models/Post.ts'));
    const { status, stderr } = checkClient(stale);
    expect(status).toBe(1);
    for (const name of ['enums.ts', 'models/Invented.ts', 'models/Post.ts']) expect(stderr).toContain(`  ${name}\n`);
  });
});
