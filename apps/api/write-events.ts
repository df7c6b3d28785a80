import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProjectRoot } from '#infra/process/release';
import { eventDocuments } from './event-documents.js';

/** @returns a sentence when the files below this folder are not what the sources say, or are of a type that there is not */
export function findEventsDrift(docs: string): string | null {
  const documents = eventDocuments();
  const stale = [...[...documents].filter(([path, text]) => read(join(docs, path)) !== text).map(([path]) => path), ...strangers(docs, documents)];
  return stale.length === 0 ? null : `Of the documents of events, ${stale.join(', ')} are not what the sources say. Run "npm run events" and look at the difference.`;
}

function strangers(docs: string, documents: ReadonlyMap<string, string>): string[] {
  return readdirSync(join(docs, 'events')).map((name) => `events/${name}`).filter((path) => path.endsWith('.json') && !documents.has(path));
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** `npm run events` writes the files; with `--check` it only tells whether it would change any. */
function main(isCheck: boolean): void {
  const docs = join(findProjectRoot(), 'docs');
  if (isCheck) {
    const drift = findEventsDrift(docs);
    if (drift === null) return;
    process.stderr.write(`${drift}\n`);
    process.exitCode = 1;
    return;
  }
  mkdirSync(join(docs, 'events'), { recursive: true });
  const documents = eventDocuments();
  for (const path of strangers(docs, documents)) rmSync(join(docs, path));
  for (const [path, text] of documents) {
    mkdirSync(dirname(join(docs, path)), { recursive: true });
    writeFileSync(join(docs, path), text);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.includes('--check'));
