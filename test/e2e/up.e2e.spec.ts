import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isAlive } from '#infra/process/process-identity';
import { HeliographProcess } from '#testing/heliograph-process';

const isReady = '"status":"ok"';
let dataDir: string;
const started: HeliographProcess[] = [];

async function end(): Promise<void> {
  for (const heliograph of started.splice(0)) {
    heliograph.signal('SIGTERM');
    await heliograph.exit();
  }
  rmSync(dataDir, { recursive: true, force: true });
}

async function up(env: Record<string, string> = {}): Promise<HeliographProcess> {
  const heliograph = await HeliographProcess.up({ dataDir, env });
  started.push(heliograph);
  return heliograph;
}

/** Runs a command to its end. */
async function run(args: string[], env: Record<string, string> = {}): Promise<{ code: number | null; output: string }> {
  const command = HeliographProcess.run(args, { dataDir, env });
  const code = await command.exit();
  return { code, output: command.output };
}

function postmasterPid(): number {
  return Number(readFileSync(join(dataDir, 'postgres/cluster/postmaster.pid'), 'utf8').split('\n')[0]);
}

function processesOfDataDir(): string {
  return execFileSync('/bin/sh', ['-c', 'ps -eo pid=,args= | grep -F "$1" | grep -v -e grep -e watchdog || true', 'sh', dataDir], { encoding: 'utf8' });
}

/** The words of /ready, so that a failing test shows what was not ready. */
async function readiness(heliograph: HeliographProcess): Promise<string> {
  return fetch(`${heliograph.apiUrl}/ready`).then((response) => response.text(), String);
}

/** One installation through its life: each start of everything costs seconds of all processors. */
describe('heliograph up', { timeout: 240_000 }, () => {
  let heliograph: HeliographProcess;

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'heliograph-up-'));
    heliograph = await up();
  });
  afterAll(end);

  it('starts everything, is alone on its folder, and lets other commands work', async () => {
    expect(await readiness(heliograph)).toContain(isReady);
    expect((await fetch(heliograph.summary('Sandbox'))).status).toBe(200);
    expect(heliograph.output).toMatch(/curl http:\/\/127\.0\.0\.1:\d+\/api\/posts -H 'Authorization: Bearer hg_[0-9a-z]{8}_[0-9A-Za-z]{27,}'/);
    for (const file of ['api-key', 'encryption-keys', 'database.json', 'postgres/password', 'logs/api.log']) expect(statSync(join(dataDir, file)).mode & 0o777, file).toBe(0o600);

    const second = await run(['up']);
    expect(second).toMatchObject({ code: 1, output: expect.stringMatching(/runs on this data folder already \(process \d+.*HELIOGRAPH_DATA/) });
    const created = await run(['keys', 'create', '--name', 'ci']);
    expect(created).toMatchObject({ code: 0, output: expect.stringMatching(/^hg_/m) });
    const id = /key_[0-9a-z]{26}/.exec(created.output)?.[0] ?? '';
    const answers = (text: string, status: number) =>
      expect.poll(() => fetch(`${heliograph.apiUrl}/api/posts`, { headers: { authorization: `Bearer ${/hg_[0-9a-z]{8}_\w+/.exec(text)?.[0] ?? ''}` } }).then((response) => response.status)).toBe(status);
    await answers(created.output, 200);
    const rotated = await run(['keys', 'rotate', id, '--overlap', '1h']);
    expect(rotated).toMatchObject({ code: 0, output: expect.stringMatching(/^hg_.*works until/ms) });
    for (const { output } of [created, rotated]) await answers(output, 200);
    const narrow = await run(['keys', 'create', '--name', 'narrow', '--permissions', 'posts:write', '--expires', '90d']);
    await answers(narrow.output, 403);
    expect((await run(['keys', 'list'])).output).toMatch(/narrow +whole workspace +posts:write +20\d\d-\S+ \S+ +/);
    for (const wrong of [['--permissions', 'all'], ['--expires', 'soon'], ['--group', 'grp_none']]) expect((await run(['keys', 'create', ...wrong])).code, wrong.join(' ')).toBe(1);
    expect((await run(['keys', 'revoke', id])).output).toMatch(/is revoked/);
    await answers(created.output, 401);
    expect((await run(['keys', 'list'])).output).toMatch(/ci .*revoked, rotated/);
    expect((await run(['doctor'], { PORT: new URL(heliograph.apiUrl).port, SANDBOX_PORT: new URL(heliograph.summary('Sandbox')).port }))).toMatchObject({ code: 0 });
  });

  it('continues after kill -9 of the supervisor, and after kill -9 of everything', async () => {
    const { apiKey } = heliograph;
    heliograph.signal('SIGKILL');
    await heliograph.exit();
    heliograph = await up();
    expect(await readiness(heliograph)).toContain(isReady);
    expect(heliograph.apiKey).toBe(apiKey);

    for (const pid of [heliograph.pid, postmasterPid(), ...heliograph.children().map((child) => child.pid)]) process.kill(pid, 'SIGKILL');
    await heliograph.exit();
    heliograph = await up();
    expect(await readiness(heliograph)).toContain(isReady);
    expect(heliograph.apiKey).toBe(apiKey);
  });

  it('starts again what dies: the worker, the database', async () => {
    const takesJobs = (): number => readFileSync(join(dataDir, 'logs/worker.log'), 'utf8').match(/Worker takes jobs/g)?.length ?? 0;
    await expect.poll(takesJobs, { timeout: 60_000 }).toBe(3);
    const worker = heliograph.children().find(({ name }) => name === 'worker')?.pid ?? 0;
    process.kill(worker, 'SIGKILL');
    await heliograph.waitFor(/The worker ended unexpectedly \(SIGKILL\) and is started again/);
    await expect.poll(() => heliograph.children().some(({ name, pid }) => name === 'worker' && pid !== worker && isAlive(pid)), { timeout: 60_000 }).toBe(true);
    await expect.poll(() => readiness(heliograph), { timeout: 60_000, interval: 200 }).toContain(isReady);
    await expect.poll(takesJobs, { timeout: 60_000 }).toBe(4);

    process.kill(postmasterPid(), 'SIGKILL');
    await heliograph.waitFor(/The embedded database ended unexpectedly and is started again/);
    await expect.poll(() => readiness(heliograph), { timeout: 60_000, interval: 200 }).toContain(isReady);
  });

  it('stops in order on Ctrl-C', async () => {
    heliograph.signal('SIGINT');
    heliograph.signal('SIGINT'); // npm passes on the Ctrl-C that the terminal delivered already
    expect(await heliograph.exit()).toBe(0);
    const order = [...heliograph.output.matchAll(/✓ Stopping (\w+)/g)].map((match) => match[1]);
    expect(order).toEqual(['API', 'Worker', 'Sandbox', 'database']);
    expect(existsSync(join(dataDir, 'up.lock'))).toBe(false);
    expect(processesOfDataDir()).toBe('');
  });
});

describe('commands on a folder of their own', { timeout: 240_000 }, () => {
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'heliograph-up-'));
  });
  afterEach(end);

  it('says in sentences what is wrong with the settings, a port or the folder, and leaves nothing running', async () => {
    const settings = await run(['up'], { PORT: 'many', LOG_LEVEL: 'loud' });
    expect(settings).toMatchObject({ code: 1, output: expect.stringMatching(/PORT must be a whole number[^]*LOG_LEVEL must be one of/) });
    expect(settings.output).not.toMatch(/^\s+at /m);

    const stranger = createServer().listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const { port } = stranger.address() as AddressInfo;
    const taken = await run(['up'], { PORT: String(port) });
    stranger.close();
    expect(taken).toMatchObject({ code: 1, output: expect.stringContaining(`Port ${port} on 127.0.0.1 is taken by another program (PORT)`) });

    const folder = await run(['up'], { HELIOGRAPH_DATA: '/dev/null/data' });
    expect(folder).toMatchObject({ code: 1, output: expect.stringMatching(/The data folder \/dev\/null\/data cannot be used/) });
    expect(existsSync(join(dataDir, 'up.lock'))).toBe(false);
    expect(processesOfDataDir()).toBe('');
  });

  it('start the embedded database for themselves and stop it again', async () => {
    expect(await run(['migrate'])).toMatchObject({ code: 0, output: expect.stringMatching(/✓ Migrations 2\d+_init/) });
    expect(await run(['keys', 'list'])).toMatchObject({ code: 0, output: expect.stringMatching(/^ID +KEY +NAME/m) });
    expect((await run(['doctor'])).output).toMatch(/✓ Database +embedded PostgreSQL at .*migrations up to date/);
    expect(await run(['api'])).toMatchObject({ code: 1, output: expect.stringMatching(/DATABASE_URL must be set[^]*ENCRYPTION_KEYS must be set/) });
    expect(processesOfDataDir()).toBe('');
  });
});
