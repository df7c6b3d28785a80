import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findExecutable } from './find-executable.js';

let [first, second, folder] = ['', '', ''];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'find-executable-'));
  [first, second] = [join(folder, 'first'), join(folder, 'second')];
  for (const path of [first, second]) await mkdir(path);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function file(path: string, mode: number): Promise<string> {
  await writeFile(path, '#!/bin/sh\n');
  await chmod(path, mode);
  return path;
}

describe('findExecutable', () => {
  it('takes the first folder that has it', async () => {
    await file(join(second, 'tool'), 0o755);
    expect(findExecutable('tool', `${first}:${second}`)).toBe(join(second, 'tool'));
    await file(join(first, 'tool'), 0o755);
    expect(findExecutable('tool', `${first}:${second}`)).toBe(join(first, 'tool'));
  });

  it('passes over what cannot be run: no right to, a folder, a link to nothing', async () => {
    const found = await file(join(second, 'tool'), 0o755);
    const search = `${first}:${second}`;
    await file(join(first, 'tool'), 0o644);
    expect(findExecutable('tool', search)).toBe(found);
    await rm(join(first, 'tool'));
    await mkdir(join(first, 'tool'));
    expect(findExecutable('tool', search)).toBe(found);
    await rm(join(first, 'tool'), { recursive: true });
    await symlink(join(folder, 'nothing'), join(first, 'tool'));
    expect(findExecutable('tool', search)).toBe(found);
  });

  it('follows a link to a file', async () => {
    await symlink(await file(join(second, 'real'), 0o755), join(first, 'tool'));
    expect(findExecutable('tool', first)).toBe(join(first, 'tool'));
  });

  it('looks in absolute folders only: a relative one, or an empty entry, would mean wherever we were started', async () => {
    await file(join(first, 'tool'), 0o755);
    for (const search of [relative(process.cwd(), first), '', ':', '.', `${folder}/absent:`]) expect(findExecutable('tool', search), search).toBeNull();
  });

  it('finds nothing where nothing is', () => {
    expect(findExecutable('tool', `${first}:${second}`)).toBeNull();
  });
});
