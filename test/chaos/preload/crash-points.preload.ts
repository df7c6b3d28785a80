import { renameSync } from 'node:fs';
import { join } from 'node:path';

// Loaded into a worker before its main. A file `<point>-<target>` in the folder of the query says who is to die where: who comes by
// marks it and waits there, for ever, until the harness kills the process. Everything that died earlier in the process's life goes on.
const folder = new URL(import.meta.url).searchParams.get('folder') ?? '';

Reflect.set(globalThis, Symbol.for('heliograph.crash-point'), async (point: string, subject: string): Promise<void> => {
  try {
    renameSync(join(folder, `${point}-${subject}`), join(folder, `reached-${point}-${subject}`));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
  await new Promise<never>(() => undefined);
});
