import type { BenchRow } from '../harness/row.js';
import { createPostFromUrlRow } from './create-post-from-url.row.js';
import { createPostRow } from './create-post.row.js';
import { listPostsRow } from './list-posts.row.js';
import { pingRow } from './ping.row.js';

/** In the order of the table. */
export const rows: readonly BenchRow[] = [pingRow, createPostRow, createPostFromUrlRow, listPostsRow];

export function findRow(name: string): BenchRow {
  const row = rows.find((candidate) => candidate.name === name);
  if (!row) throw new Error(`There is no row "${name}"`);
  return row;
}
