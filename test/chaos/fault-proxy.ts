import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** What the line does to bytes, in both directions. */
export interface LineMood {
  readonly latencyMs?: number;
  /** Bytes come in pieces of at most so many. */
  readonly sliceBytes?: number;
  readonly bytesPerSecond?: number;
  /** Connections are accepted and kept, and nothing passes: neither end is told. */
  readonly isSilent?: boolean;
}

/** A TCP line between two of our processes that can be made bad, and good again. What the fault is, is told by `mood`; `reset` cuts once. */
export class FaultProxy {
  mood: LineMood = {};
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server, private target: { host: string; port: number }) {}

  static async start(targetUrl: string): Promise<FaultProxy> {
    // A half that ends must not end the other: HTTP clients may close one direction and wait for the answer.
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    const proxy = new FaultProxy(server, addressOf(targetUrl));
    server.on('connection', (near) => proxy.join(near));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return proxy;
  }

  /** `url` with this line in it. */
  through(url: string): string {
    const changed = new URL(url);
    changed.hostname = '127.0.0.1';
    changed.port = String((this.server.address() as AddressInfo).port);
    return changed.href.replace(/\/$/, '');
  }

  /** New connections go there. */
  lead(targetUrl: string): void {
    this.target = addressOf(targetUrl);
  }

  /** Cuts every connection with RST; with FIN those that have sent theirs: Node 20 loses the handle of such a socket, and the process then never ends. */
  reset(): void {
    for (const socket of this.sockets) {
      if (socket.writableEnded) socket.destroy();
      else socket.resetAndDestroy();
    }
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private join(near: Socket): void {
    const far = connect({ ...this.target, allowHalfOpen: true, noDelay: true });
    for (const [from, to] of [[near, far], [far, near]] as const) {
      this.sockets.add(from);
      from.once('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
      // The other end learns of it by the close that follows.
      from.on('error', () => undefined);
      void this.carry(from, to).catch(() => to.destroy());
    }
  }

  private async carry(from: Socket, to: Socket): Promise<void> {
    // Not destroyed at its end: the other direction may still be in use.
    for await (const chunk of from.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      for (const piece of slices(chunk, this.mood.sliceBytes ?? chunk.length)) {
        await this.delay(piece.length);
        // Held, not dropped: a line that comes back delivers what TCP has kept.
        while (this.mood.isSilent && !to.destroyed) await pause(20);
        if (to.destroyed) return;
        if (!to.write(piece)) await Promise.race([once(to, 'drain'), once(to, 'close')]);
      }
    }
    to.end();
  }

  private async delay(bytes: number): Promise<void> {
    const { latencyMs = 0, bytesPerSecond } = this.mood;
    const milliseconds = latencyMs + (bytesPerSecond ? (bytes / bytesPerSecond) * 1000 : 0);
    if (milliseconds > 0) await pause(milliseconds);
  }
}

function* slices(chunk: Buffer, size: number): Generator<Buffer> {
  for (let offset = 0; offset < chunk.length; offset += size) yield chunk.subarray(offset, offset + size);
}

function addressOf(url: string): { host: string; port: number } {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
}
