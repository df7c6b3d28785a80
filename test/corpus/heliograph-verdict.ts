import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { LiveApi } from '../http/live-api.js';
import type { PostedAs, Verdict } from './corpus-file.js';

/** Where the copy lies that would go out, and what it is. */
export interface DeliveredFile {
  readonly path: string;
  readonly contentType: string;
}

export interface Judgement extends Verdict {
  /** null: refused. */
  readonly delivered: DeliveredFile | null;
}

interface PostAnswer {
  readonly id: string;
  readonly warnings?: readonly { readonly rule: string }[];
  readonly details?: { readonly violations?: readonly { readonly rule: string }[] };
}

/** Posts a file as a draft and looks at what becomes of it. @param other address of an ordinary picture, the second of every carousel */
export async function judgeByApi(api: LiveApi, posted: PostedAs, media: { readonly url: string; readonly other: string }): Promise<Judgement> {
  const body = JSON.stringify({
    post: { body: posted === 'story' ? '' : randomUUID(), draft: true },
    profiles: ['instagram'],
    media: posted === 'carousel' ? [media.url, media.other] : [media.url],
    platforms: { instagram: { format: posted === 'carousel' ? 'post' : posted } },
  });
  const answer = await api.send({ method: 'POST', operationId: 'createPost', url: '/api/posts', headers: { authorization: `Bearer ${api.key}`, 'content-type': 'application/json' }, body });
  const parsed = JSON.parse(answer.text) as PostAnswer;
  if (answer.status === 201) return { isTaken: true, rules: ids(parsed.warnings), delivered: await deliveredOf(api, parsed.id) };
  const violations = ids(parsed.details?.violations);
  if (answer.status !== 422 || violations.length === 0) throw new Error(`Creating a post answered ${answer.status}: ${answer.text}`);
  return { isTaken: false, rules: violations, delivered: null };
}

/** Each once, in order. */
function ids(entries: PostAnswer['warnings'] = []): string[] {
  return [...new Set(entries.map(({ rule }) => rule))].sort();
}

async function deliveredOf(api: LiveApi, post: string): Promise<DeliveredFile> {
  const [row] = await api.query<{ key: string; type: string }>('SELECT delivery_key AS key, content_type AS type FROM media WHERE post_id = $1 ORDER BY position LIMIT 1', [post]);
  if (!row) throw new Error(`The post ${post} has no media`);
  return { path: join(api.dataDir, 'media', row.key.slice(0, 2), row.key), contentType: row.type };
}
