import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FaultProxy } from './fault-proxy.js';

describe('a line that can be made bad', () => {
  let [echo, other]: Server[] = [];
  let proxy: FaultProxy;
  const open = new Set<Socket>();

  beforeEach(async () => {
    [echo, other] = await Promise.all([listen((text) => text), listen((text) => text.toUpperCase())]);
    proxy = await FaultProxy.start(urlOf(echo));
  });

  afterEach(async () => {
    for (const socket of open) socket.destroy();
    open.clear();
    await proxy.stop();
    await Promise.all([echo, other].map((server) => new Promise((closed) => server?.close(closed))));
  });

  it('carries bytes to the other end and back, and nothing is lost of a whole megabyte', async () => {
    const line = await dial();
    const sent = 'abcdefgh'.repeat(128 * 1024);
    line.socket.write(sent);
    await expect.poll(() => line.received().length).toBe(sent.length);
    expect(line.received()).toBe(sent);
  });

  it('keeps what is under way while it is silent, and delivers it when it comes back', async () => {
    const line = await dial();
    line.socket.write('before ');
    await expect.poll(line.received).toBe('before ');
    proxy.mood = { isSilent: true };
    const silence = new Promise((over) => setTimeout(over, 150));
    line.socket.write('after');
    await silence;
    expect(line.received()).toBe('before ');
    expect(line.socket.closed).toBe(false);
    proxy.mood = {};
    await expect.poll(line.received).toBe('before after');
  });

  it('cuts all connections with a reset, and takes new ones', async () => {
    const lines = [await dial(), await dial()];
    for (const line of lines) line.socket.write('here');
    for (const line of lines) await expect.poll(line.received).toBe('here');
    proxy.reset();
    for (const line of lines) await expect.poll(line.fault).toBe('ECONNRESET');
    const next = await dial();
    next.socket.write('again');
    await expect.poll(next.received).toBe('again');
  });

  it.each([
    ['late', { latencyMs: 60 }, 120],
    ['in small pieces', { sliceBytes: 2, latencyMs: 10 }, 60],
    ['slowly', { bytesPerSecond: 100 }, 200],
  ])('brings ten bytes %s, each way', async (_, mood, leastMs) => {
    const line = await dial();
    proxy.mood = mood;
    const begun = performance.now();
    line.socket.write('0123456789');
    await expect.poll(line.received, { interval: 5 }).toBe('0123456789');
    // Timers may be a millisecond early.
    expect(performance.now() - begun).toBeGreaterThan(leastMs - 10);
  });

  it('leads new connections elsewhere, and leaves old ones where they are', async () => {
    const before = await dial();
    before.socket.write('old ');
    await expect.poll(before.received).toBe('old ');
    proxy.lead(urlOf(other));
    const after = await dial();
    after.socket.write('new');
    before.socket.write('line');
    await expect.poll(after.received).toBe('NEW');
    await expect.poll(before.received).toBe('old line');
  });

  it('closes the near end when nobody is at the far one', async () => {
    const gone = await listen((text) => text);
    const url = urlOf(gone);
    await new Promise((closed) => gone.close(closed));
    proxy.lead(url);
    const line = await dial();
    await expect.poll(() => line.socket.closed).toBe(true);
  });

  it('tells the other end of a direction that is closed, and lets the answer through', async () => {
    const line = await dial();
    line.socket.end('a question');
    await expect.poll(line.received).toBe('a question');
  });

  async function dial() {
    const { hostname, port } = new URL(proxy.through('http://localhost/'));
    const socket = connect({ host: hostname, port: Number(port) });
    open.add(socket);
    let [text, fault]: [string, string | null] = ['', null];
    socket.on('data', (chunk: Buffer) => { text += chunk.toString(); });
    socket.on('error', (error: NodeJS.ErrnoException) => { fault = error.code ?? error.message; });
    await once(socket, 'connect');
    return { socket, received: () => text, fault: () => fault };
  }
});

/** Answers each piece with what `answer` makes of it. */
async function listen(answer: (text: string) => string): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('data', (chunk) => socket.write(answer(chunk.toString())));
    socket.on('end', () => socket.end());
    // Cut by the line; that is what the test is about.
    socket.on('error', () => undefined);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

function urlOf(server: Server | undefined): string {
  return `http://127.0.0.1:${(server?.address() as AddressInfo).port}`;
}
