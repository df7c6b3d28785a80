import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

it('heliograph listen prints events as lines, forwards them, and ends at Ctrl-C with the cursor', async () => {
  const hooks: string[] = [];
  const event = { id: 'evt_8', object: 'event', type: 'post.created', created_at: '2026-11-22T10:00:00.000Z', seq: 8, workspace_id: 'ws_1', profile_group_id: null, data: {} };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://local');
    if (url.pathname === '/hook') {
      hooks.push(String(request.headers['webhook-signature']));
      return void response.end();
    }
    const data = url.searchParams.get('after') === '7' ? [event] : [];
    setTimeout(() => response.end(JSON.stringify({ data, next_cursor: '8', has_more: false })), data.length > 0 ? 0 : 100);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const base = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  const child = spawn(process.execPath, [join(root, 'apps/cli/heliograph.mjs'), 'listen', '--url', base, '--key', 'hg_key', '--after', '7', '--json', '--forward', `${base}/hook`], { cwd: root });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  try {
    await expect.poll(() => hooks.length, { timeout: 60_000 }).toBe(1);
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(out.split('\n').filter((line) => line.startsWith('{'))).toEqual([JSON.stringify(event)]);
    expect(err).toMatch(/Forwarding to .*\/hook, signed with whsec_[A-Za-z0-9+/]{43}=/);
    expect(err).toContain('heliograph listen --after 8');
    expect(hooks[0]).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/);
  } finally {
    child.kill('SIGKILL');
    server.close();
  }
}, 90_000);
