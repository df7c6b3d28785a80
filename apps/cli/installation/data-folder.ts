import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CliError } from '../terminal/cli-error.js';

/** Where an installation keeps its things. */
export interface DataFolder {
  readonly path: string;
  readonly lock: string;
  /** Address of the running embedded database, for other commands. Mode 0600. */
  readonly databaseState: string;
  /** The processes of the running `up`, to be found after a crash. */
  readonly processState: string;
  readonly encryptionKeys: string;
  readonly apiKey: string;
  readonly postgres: string;
  readonly sandbox: string;
  readonly logs: string;
}

export function dataFolder(path: string): DataFolder {
  const at = (name: string): string => join(path, name);
  return {
    path,
    lock: at('up.lock'),
    databaseState: at('database.json'),
    processState: at('processes.json'),
    encryptionKeys: at('encryption-keys'),
    apiKey: at('api-key'),
    postgres: at('postgres'),
    sandbox: at('sandbox'),
    logs: at('logs'),
  };
}

/** @throws CliError when the folder cannot be made or used */
export function openDataFolder(path: string): DataFolder {
  const remedy = 'Choose another folder with HELIOGRAPH_DATA, or make this one yours (chown, chmod u+rwx).';
  try {
    makeFolder(path);
    if (!statSync(path).isDirectory()) throw new Error('it is not a folder');
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    const folder = dataFolder(path);
    makeFolder(folder.logs);
    return folder;
  } catch (cause) {
    throw new CliError(`The data folder ${path} cannot be used (${cause instanceof Error ? cause.message : String(cause)}). ${remedy}`, { cause });
  }
}

/** Folder by folder: Node's `recursive` never returns where the file system answers ENOENT for ever, as below /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  if (!existsSync(dirname(path))) makeFolder(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}
