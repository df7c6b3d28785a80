import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Pool } from 'undici';
import { createPostFloor, type FloorMedia } from '../floor/create-post.js';
import type { BenchRow } from '../harness/row.js';
import { createPostRow, newestWritten } from './create-post.row.js';

/** The whole way: the picture is fetched and stored as well. Ours also decodes it; the floor takes its word for being a picture. */
export const createPostFromUrlRow: BenchRow = {
  name: 'create post, JPEG by URL',
  request: (stage) => createPostRow.request(stage),
  floor: (server, database, stage) => {
    const pool = new Pool(new URL(stage.pictureUrl).origin, { connections: 16 });
    createPostFloor(server, database, stage, (url) => fetchAndStore(pool, url, stage.floorDir));
  },
  // The floor makes no thumbnail.
  volatile: [...createPostRow.volatile, 'thumbnail_url', 'thumbnail_key'],
  written: newestWritten,
};

/** As durable as ours: file and folder are flushed before the row that names them is written. */
async function fetchAndStore(pool: Pool, url: string, root: string): Promise<FloorMedia> {
  const { body } = await pool.request({ method: 'GET', path: new URL(url).pathname });
  const bytes = Buffer.from(await body.arrayBuffer());
  const key = createHash('sha256').update(bytes).digest('hex');
  const folder = join(root, key.slice(0, 2));
  await mkdir(folder, { recursive: true });
  const incoming = join(root, randomUUID());
  const file = await open(incoming, 'wx', 0o600);
  await file.writeFile(bytes);
  await file.sync();
  await file.close();
  await rename(incoming, join(folder, key));
  const directory = await open(folder, 'r');
  await directory.sync();
  await directory.close();
  return { key, sizeBytes: bytes.length };
}
