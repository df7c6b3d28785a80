import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newWebhookSecret, signBody, toSigningKey } from '#features/events/index';
import { projectRoot } from './planted-project.js';

type Verify = (headers: Readonly<Record<string, string>>, body: string, secret: string) => unknown;

const page = readFileSync(join(projectRoot, 'docs/webhooks.md'), 'utf8');
/** Below the project, so that what a receiver would install is found. */
let folder: string;
beforeAll(() => {
  mkdirSync(join(projectRoot, '.cache'), { recursive: true });
  folder = mkdtempSync(join(projectRoot, '.cache/receiver-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A fenced block whose info string names a file. */
function extract(name: string): string {
  const [, code] = new RegExp(`\`\`\`\\w+ ${name.replace('.', '\\.')}\n([\\s\\S]*?)\n\`\`\``).exec(page) ?? [];
  if (code === undefined) throw new Error(`docs/webhooks.md has no ${name}`);
  const file = join(folder, name);
  writeFileSync(file, `${code}\n`);
  return file;
}

async function loadNode(name: string): Promise<Verify> {
  const { verify } = (await import(pathToFileURL(extract(name)).href)) as { verify: Verify };
  return verify;
}

function loadPython(name: string): Verify {
  extract(name);
  const program = 'import json,sys\nfrom verify import verify\nheaders,body,secret=json.load(sys.stdin)\nprint(json.dumps(verify(headers,body.encode(),secret)))';
  return (...args) => {
    const { status, stdout, stderr } = spawnSync('python3', ['-X', 'utf8', '-c', program], { cwd: folder, input: JSON.stringify(args), encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as unknown;
  };
}

const hasPython = spawnSync('python3', ['-c', 'print(1)']).status === 0;
const secret = newWebhookSecret();
const body = JSON.stringify({ id: 'evt_1', type: 'post.created', data: { body: 'Grüße 🙂' } });
const now = (): number => Math.floor(Date.now() / 1000);

function headersOf(secrets: readonly string[], timestamp = now(), id = 'evt_1'): Record<string, string> {
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': signBody(secrets.map(toSigningKey), { id, timestamp, body }).standard };
}

describe.each<[string, boolean, () => Promise<Verify> | Verify]>([
  ['verify.mjs', true, () => loadNode('verify.mjs')],
  ['verify-library.mjs', true, () => loadNode('verify-library.mjs')],
  ['verify.py', hasPython, () => loadPython('verify.py')],
])('%s of docs/webhooks.md', (_name, isRunnable, load) => {
  it.skipIf(!isRunnable)('accepts what we sign, with any secret of a rotation, and nothing else', async () => {
    const verify = await load();
    const refusal = (headers: Readonly<Record<string, string>>, text = body, with_ = secret) => () => verify(headers, text, with_);
    expect(verify(headersOf([secret]), body, secret)).toEqual(JSON.parse(body));
    expect(verify(headersOf([newWebhookSecret(), secret]), body, secret)).toEqual(JSON.parse(body));
    expect(verify(headersOf([secret, newWebhookSecret()]), body, secret)).toEqual(JSON.parse(body));
    expect(refusal(headersOf([secret]), `${body} `)).toThrow();
    expect(refusal(headersOf([newWebhookSecret()]))).toThrow();
    expect(refusal(headersOf([secret], now() - 301))).toThrow();
    expect(refusal(headersOf([secret], now() + 302))).toThrow();
    expect(refusal({ ...headersOf([secret]), 'webhook-id': 'evt_2' })).toThrow();
    expect(refusal({ ...headersOf([secret]), 'webhook-timestamp': String(now() - 5) })).toThrow();
    expect(refusal({ ...headersOf([secret]), 'webhook-signature': '' })).toThrow();
  });
});
