import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ControlClient } from './testing/control-client.fixture.js';
import { GraphClient } from './testing/graph-client.fixture.js';
import { jpeg, type MediaHost, startMediaHost } from './testing/media-host.fixture.js';

const SOURCE = import.meta.dirname;

/** Types stripped, nothing else: the process under test is plain node without any loader. */
async function compileInto(folder: string): Promise<void> {
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  const compilerOptions = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext };
  for (const name of await readdir(SOURCE, { recursive: true })) {
    if (!name.endsWith('.ts') || name.endsWith('.spec.ts') || name.endsWith('.fixture.ts')) continue;
    const target = join(folder, name.replace(/\.ts$/u, '.js'));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, ts.transpileModule(await readFile(join(SOURCE, name), 'utf8'), { compilerOptions }).outputText);
  }
}

describe('The process', () => {
  let folder: string;
  let host: MediaHost;
  const running = new Set<ChildProcess>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sandbox-process-'));
    await compileInto(folder);
    host = await startMediaHost();
  });
  afterEach(async () => {
    for (const child of running) {
      child.kill();
      await once(child, 'exit');
    }
  });
  afterAll(async () => {
    await host.close();
    await rm(folder, { recursive: true });
  });

  function launch(...args: string[]): ChildProcess {
    const child = fork(join(folder, 'main.js'), args, { silent: true });
    running.add(child);
    child.on('exit', () => running.delete(child));
    return child;
  }

  async function ready(child: ChildProcess): Promise<string> {
    const [message] = await once(child, 'message') as [{ ready: boolean; url: string }];
    expect(message.ready).toBe(true);
    return message.url;
  }

  async function output(stream: NodeJS.ReadableStream | null): Promise<string> {
    let text = '';
    for await (const chunk of stream ?? []) text += String(chunk);
    return text;
  }

  it('has an acknowledged post in the ledger after kill -9', async () => {
    const dataDir = join(folder, 'data');
    const first = launch('--port', '0', '--data', dataDir);
    const me = await new ControlClient(await ready(first)).account();
    const media = await me.publishNow({ image_url: host.put(await jpeg(), 'image/jpeg') });
    first.kill('SIGKILL');
    await once(first, 'exit');
    const second = launch('--port', '0', '--data', dataDir);
    const url = await ready(second);
    const ledger = await new ControlClient(url).ledger(new GraphClient(url, me.token, me.userId, me.username));
    expect(ledger.at('media', 0, 'id')).toBe(media);
  });

  it.each(['SIGTERM', 'SIGINT', 'disconnect'] as const)('ends in order on %s', async (cause) => {
    const child = launch('--port', '0');
    await ready(child);
    if (cause === 'disconnect') child.disconnect();
    else child.kill(cause);
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('says in one sentence that its port is taken, and ends with code 1', async () => {
    const first = launch('--port', '0');
    const { port } = new URL(await ready(first));
    const second = launch('--port', port);
    const [text, [code]] = await Promise.all([output(second.stderr), once(second, 'exit')]);
    expect(code).toBe(1);
    expect(text).toBe(`sandbox: 127.0.0.1:${port} is already in use. Stop the other process or choose another port with --port.\n`);
  });

  it.each([['--prot', '1'], ['--port', 'x'], ['--control', 'friends'], ['--public-url', 'sandbox.example']])('explains its options when it does not understand %s %s', async (...options) => {
    const child = launch(...options);
    const [text, [code]] = await Promise.all([output(child.stderr), once(child, 'exit')]);
    expect([code, text]).toEqual([1, expect.stringContaining('usage:')]);
  });
});
