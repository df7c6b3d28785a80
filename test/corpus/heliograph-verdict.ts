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
  readonly platforms?: readonly { readonly params: { readonly cover_url?: string } }[];
  readonly warnings?: readonly { readonly rule: string }[];
  readonly details?: { readonly violations?: readonly { readonly rule: string }[] };
}

export interface Offered {
  readonly url: string;
  /** Address of an ordinary picture, the second of every carousel. */
  readonly other: string;
  /** Address of an ordinary reel, for covers. */
  readonly film: string;
}

const formatOf: Readonly<Record<PostedAs, string>> = { post: 'post', carousel: 'post', reel: 'reel', story: 'story', cover: 'reel' };
const mediaOf = (posted: PostedAs, { url, other, film }: Offered): string[] => (posted === 'carousel' ? [url, other] : [posted === 'cover' ? film : url]);

/** Posts a file as a draft and looks at what becomes of it. */
export async function judgeByApi(api: LiveApi, posted: PostedAs, media: Offered): Promise<Judgement> {
  const body = JSON.stringify({
    post: { body: posted === 'story' ? '' : randomUUID(), draft: true },
    profiles: ['instagram'],
    media: mediaOf(posted, media),
    platforms: { instagram: { format: formatOf[posted], ...(posted === 'cover' && { cover_url: media.url }) } },
  });
  const answer = await api.send({ method: 'POST', operationId: 'createPost', url: '/api/posts', headers: { authorization: `Bearer ${api.key}`, 'content-type': 'application/json' }, body });
  const parsed = JSON.parse(answer.text) as PostAnswer;
  if (answer.status === 201) return { isTaken: true, rules: ids(parsed.warnings), delivered: posted === 'cover' ? coverOf(api, parsed) : await deliveredOf(api, parsed.id) };
  const violations = ids(parsed.details?.violations);
  if (answer.status !== 422 || violations.length === 0) throw new Error(`Creating a post answered ${answer.status}: ${answer.text}`);
  return { isTaken: false, rules: violations, delivered: null };
}

/** Each once, in order. */
function ids(entries: PostAnswer['warnings'] = []): string[] {
  return [...new Set(entries.map(({ rule }) => rule))].sort();
}

/** The address in the answer is ours: it ends with the name of the object. */
function coverOf(api: LiveApi, { platforms }: PostAnswer): DeliveredFile {
  const [, key] = /\/media\/([0-9a-f]{64})\.jpg\?/.exec(platforms?.[0]?.params.cover_url ?? '') ?? [];
  if (key === undefined) throw new Error(`The cover is not delivered from here: ${JSON.stringify(platforms)}`);
  return { path: pathOf(api, key), contentType: 'image/jpeg' };
}

const pathOf = (api: LiveApi, key: string): string => join(api.dataDir, 'media', key.slice(0, 2), key);

async function deliveredOf(api: LiveApi, post: string): Promise<DeliveredFile> {
  const [row] = await api.query<{ key: string; type: string }>('SELECT delivery_key AS key, content_type AS type FROM media WHERE post_id = $1 ORDER BY position LIMIT 1', [post]);
  if (!row) throw new Error(`The post ${post} has no media`);
  return { path: pathOf(api, row.key), contentType: row.type };
}
