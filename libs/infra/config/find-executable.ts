import { accessSync, constants, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

/** As a shell finds a command, but in absolute folders only. null: nowhere. */
export function findExecutable(name: string, searchPath: string): string | null {
  const candidates = searchPath.split(':').filter((folder) => isAbsolute(folder)).map((folder) => join(folder, name));
  return candidates.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false; // absent, or not ours to run: both mean that it is not this one
  }
}
