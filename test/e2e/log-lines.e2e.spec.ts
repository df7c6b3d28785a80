import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const dist = resolve(import.meta.dirname, '../../dist/libs/infra');

interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The `msg` of each line it wrote. */
  readonly told: readonly string[];
}

/** A process of its own that answers thrice, says nothing else, and comes to its end by `script`. */
async function run(script: string, hasEnded: (told: readonly string[]) => NodeJS.Signals | null = () => null): Promise<Ending> {
  const program = `
    import { createLogger } from '${dist}/logging/logger.js';
    import { runProcess } from '${dist}/process/run-process.js';
    const logger = createLogger({ name: 'ending', level: 'info' });
    const answer = (id) => logger.answered({ requestId: id, method: 'GET', route: '/api/ping', status: 200, ms: 1 });
    const answerThrice = () => ['one', 'two', 'three'].forEach(answer);
    ${script}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { env: { PATH: '/usr/bin:/bin' }, stdio: ['ignore', 'pipe', 'ignore'] });
  let output = '';
  const told = (): string[] => output.split('\n').filter(Boolean).map((line) => (JSON.parse(line) as { requestId?: string; msg: string })).map((line) => line.requestId ?? line.msg);
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    const signal = output.endsWith('\n') ? hasEnded(told()) : null;
    if (signal) child.kill(signal);
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, told: told() };
}

describe('lines of answers that wait for company', () => {
  it.each<[string, string, number]>([
    ['runs out of work', 'answerThrice();', 0],
    ['exits', 'answerThrice(); process.exit(3);', 3],
    ['throws where nobody catches', 'answerThrice(); setTimeout(() => { throw new Error("nobody caught this"); }, 0);', 1],
    ['rejects where nobody catches', 'answerThrice(); void Promise.reject(new Error("nobody caught this"));', 1],
  ])('are written when the process %s', async (_name, script, code) => {
    expect(await run(script)).toEqual({ code, signal: null, told: ['one', 'two', 'three'] });
  });

  it('are written on SIGTERM, also those of requests that were answered while it closed', async () => {
    const script = 'await runProcess(async () => ({ close: async () => answerThrice() })); setInterval(() => undefined, 1_000); logger.info({}, "runs");';
    const end = await run(script, (told) => (told.at(-1) === 'runs' ? 'SIGTERM' : null));
    expect(end).toEqual({ code: 0, signal: null, told: ['runs', 'one', 'two', 'three'] });
  });

  it('are written within moments, so that kill -9 finds nothing older', async () => {
    const end = await run('answerThrice(); setInterval(() => undefined, 1_000);', (told) => (told.length === 3 ? 'SIGKILL' : null));
    expect(end).toEqual({ code: null, signal: 'SIGKILL', told: ['one', 'two', 'three'] });
  });

  it.each(['info', 'warn', 'error'])('go out in order with the first line at %s, which is there even when kill -9 comes next', async (level) => {
    const end = await run(`answerThrice(); logger.${level}({}, 'said'); process.kill(process.pid, 'SIGKILL');`);
    expect(end).toEqual({ code: null, signal: 'SIGKILL', told: ['one', 'two', 'three', 'said'] });
  });

  it('are written before there are many', async () => {
    const end = await run('for (let id = 0; id < 1_000; id += 1) answer("request-" + id); process.kill(process.pid, "SIGKILL");');
    expect(end.told.length).toBeGreaterThan(800);
    expect(end.told.at(-1)).toBe(`request-${end.told.length - 1}`);
  });
});

describe('a disk that is full', () => {
  const fullDisk = `
    import fs from 'node:fs';
    const write = fs.writeSync;
    let isFull = true;
    fs.writeSync = (...what) => { if (isFull) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }); return write(...what); };`;

  it('ends no process; what could not be written is written, in order, once there is space', async () => {
    const end = await run(`${fullDisk} answerThrice(); logger.error({}, 'lost for now'); setTimeout(() => { isFull = false; logger.info({}, 'space again'); process.exit(3); }, 0);`);
    expect(end).toEqual({ code: 3, signal: null, told: ['one', 'two', 'three', 'lost for now', 'space again'] });
  });

  it('changes nothing of how a process ends', async () => {
    expect(await run(`${fullDisk} answerThrice(); process.exit(3);`)).toEqual({ code: 3, signal: null, told: [] });
  });

  it('does not fill the memory', async () => {
    const script = `${fullDisk} for (let id = 0; id < 50_000; id += 1) logger.info({}, 'x'.repeat(1_000)); isFull = false; logger.info({}, process.memoryUsage().heapUsed < 200e6 ? 'little' : 'much'); process.exit(0);`;
    const end = await run(script);
    expect(end.told.length).toBeLessThan(2_000);
    expect(end.told.at(-1)).not.toBe('much');
  });
});
