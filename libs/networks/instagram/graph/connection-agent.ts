import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Duplex } from 'node:stream';

/** As many as are used at one instant: a pool that keeps fewer closes and opens connections while it is busiest. What stays idle is closed by the network. */
const maxFreeSockets = 1_000;

/**
 * One keep-alive pool whose connects are bounded in time, and which remembers the failures that came before a connection
 * stood (DNS, refused, unreachable, TLS): with those nothing was sent, so even a publish may safely be repeated.
 */
export class ConnectionAgent {
  readonly agent: HttpAgent;
  private readonly unsent = new WeakSet<object>();

  constructor(private readonly isSecure: boolean, private readonly connectTimeoutMs: number) {
    const options = { keepAlive: true, maxFreeSockets };
    this.agent = isSecure ? new HttpsAgent(options) : new HttpAgent(options);
    const connect = this.agent.createConnection.bind(this.agent);
    this.agent.createConnection = (options, callback) => this.watch(connect(options, callback));
  }

  /** `error` as the socket raised it. */
  failedBeforeSending(error: unknown): boolean {
    return typeof error === 'object' && error !== null && this.unsent.has(error);
  }

  close(): void {
    this.agent.destroy();
  }

  private watch(socket: Duplex | null | undefined): Duplex | null | undefined {
    if (!socket) return socket;
    const remember = (error: Error): void => {
      this.unsent.add(error);
    };
    const timer = setTimeout(() => socket.destroy(connectTimedOut(this.connectTimeoutMs)), this.connectTimeoutMs);
    const settle = (): void => clearTimeout(timer);
    socket.once('error', remember);
    socket.once('close', settle);
    socket.once(this.isSecure ? 'secureConnect' : 'connect', () => {
      settle();
      socket.off('error', remember);
    });
    return socket;
  }
}

function connectTimedOut(milliseconds: number): Error {
  return Object.assign(new Error(`no connection within ${milliseconds} ms`), { code: 'ETIMEDOUT' });
}
