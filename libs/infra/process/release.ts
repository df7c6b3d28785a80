import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Release {
  readonly name: string;
  readonly version: string;
  /** Runtime dependencies and the versions they are pinned to. */
  readonly dependencies: Readonly<Record<string, string>>;
}

/** The project's folder, from the sources and from the build alike: where package.json stands. */
export function findProjectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('package.json is missing: the installation is incomplete');
    folder = parent;
  }
  return folder;
}

export function readRelease(): Release {
  const content: unknown = JSON.parse(readFileSync(join(findProjectRoot(), 'package.json'), 'utf8'));
  if (typeof content !== 'object' || content === null) throw new Error('package.json holds no object');
  const { name, version, dependencies } = content as Partial<Release>;
  return { name: name ?? 'heliograph', version: version ?? '0.0.0', dependencies: dependencies ?? {} };
}
