import { Pool } from 'undici';

// The floor: the same number of calls with as large a body, and nothing signed, asked or kept.
const [url = '', calls = '0', concurrency = '0', bodyBytes = '0'] = process.argv.slice(2);
const pool = new Pool(url, { connections: Number(concurrency), pipelining: 1 });
const body = JSON.stringify({ text: 'x'.repeat(Number(bodyBytes)) });

async function call(): Promise<void> {
  const { statusCode, body: answer } = await pool.request({ method: 'POST', path: '/hook', headers: { 'content-type': 'application/json' }, body });
  await answer.text();
  if (statusCode !== 200) throw new Error(`The receiver answered ${statusCode}`);
}

let next = 0;
const begun = performance.now();
await Promise.all(Array.from({ length: Number(concurrency) }, async () => {
  while (next++ < Number(calls)) await call();
}));
process.send?.(Number(calls) / ((performance.now() - begun) / 1_000));
await pool.close();
