import { readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import axios from 'axios';

// The floor: the calls of a post, one after the other, and nothing kept of them.
interface Work {
  readonly url: string;
  readonly pictureUrl: string;
  readonly accounts: readonly (readonly [userId: string, token: string])[];
  readonly posts: number;
  readonly concurrency: number;
}

const { url, pictureUrl, accounts, posts, concurrency } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Work;
const graph = axios.create({ baseURL: `${url}/v25.0`, timeout: 30_000, httpAgent: new Agent({ keepAlive: true }) });

async function publish(number: number): Promise<void> {
  const [userId, token] = accounts[number % accounts.length] ?? ['', ''];
  const options = { headers: { authorization: `Bearer ${token}` } };
  // As ours does for the first post of an account, and then once an hour.
  if (number < accounts.length) await graph.get(`/${userId}/content_publishing_limit?fields=config,quota_usage`, options);
  const { data: { id: container } } = await graph.post<{ id: string }>(`/${userId}/media`, { image_url: `${pictureUrl}/floor-${number}.jpg`, caption: `Floor ${number}` }, options);
  const { data: { status_code: status } } = await graph.get<{ status_code: string }>(`/${container}?fields=status_code,status`, options);
  if (status !== 'FINISHED') throw new Error(`The container is ${status}`);
  const { data: { id: media } } = await graph.post<{ id: string }>(`/${userId}/media_publish`, { creation_id: container }, options);
  await graph.get(`/${media}?fields=permalink`, options);
}

let next = 0;
const begun = performance.now();
await Promise.all(Array.from({ length: concurrency }, async () => {
  while (next < posts) await publish(next++);
}));
process.send?.(posts / ((performance.now() - begun) / 1_000));
