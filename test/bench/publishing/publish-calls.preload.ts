import { appendFileSync } from 'node:fs';
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';

// Loaded into a worker before its main: notes when each publishing call goes out, and for which account, in the file of the query.
const file = new URL(import.meta.url).searchParams.get('file') ?? '';
let lines = '';

subscribe('http.client.request.start', (message) => {
  const { path } = (message as { request: ClientRequest }).request;
  const account = /\/([^/]+)\/media_publish$/.exec(path)?.[1];
  if (account !== undefined) lines += `${account} ${Date.now()}\n`;
});

function flush(): void {
  if (lines !== '') appendFileSync(file, lines);
  lines = '';
}

setInterval(flush, 100).unref();
process.once('exit', flush);
