import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import type { Logger } from '#infra/logging/logger';

export interface NotificationHandlers {
  /** What somebody sent with NOTIFY, in the order of their commits. */
  readonly onMessage: (payload: string) => void;
  /** A new connection listens: whatever was sent before is missed. */
  readonly onGap: () => void;
}

const pingEvery = 500;
const trustFor = 2_000;
const callLimit = 5_000;
const goodbyeLimit = 1_000;
const [firstPause, longestPause] = [200, 5_000];

/**
 * One connection that listens to one channel, and knows whether it still hears. Every half second it sends itself a message:
 * PostgreSQL delivers in the order of commits, so hearing it proves that everything committed before it was sent has been heard.
 * A pooler that swallows LISTEN, or a cable that is cut silently, is `isCurrent() === false` after two seconds at the latest.
 */
export class NotificationListener {
  private client: Client | null = null;
  private timer: NodeJS.Timeout | null = null;
  private ping: { readonly text: string; readonly sentAt: number } | null = null;
  private provenAt = -Infinity;
  private pause = firstPause;
  private isStopped = false;
  private work: Promise<void> = Promise.resolve();

  constructor(
    private readonly url: string,
    private readonly channel: string,
    private readonly handlers: NotificationHandlers,
    private readonly logger: Logger,
  ) {
    if (!/^[a-z_]+$/.test(channel)) throw new Error(`"${channel}" is no channel name`);
  }

  start(): void {
    this.schedule(0, () => this.connect());
  }

  /** Whether everything committed until two seconds ago has been heard. The clock of the machine may be set; this one may not. */
  isCurrent(): boolean {
    return performance.now() - this.provenAt < trustFor;
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.disconnect();
    await this.work;
  }

  private async connect(): Promise<void> {
    const client = new Client({ connectionString: this.url, connectionTimeoutMillis: callLimit, query_timeout: callLimit, keepAlive: true, application_name: 'heliograph notifications' });
    this.client = client;
    client.on('error', (error) => this.lose(client, error));
    client.on('end', () => this.lose(client, new Error('The connection ended')));
    client.on('notification', ({ payload }) => this.receive(payload ?? ''));
    try {
      await client.connect();
      await client.query(`LISTEN ${this.channel}`);
      this.handlers.onGap();
    } catch (error) {
      return this.lose(client, error);
    }
    await this.sendPing(client);
  }

  private async sendPing(client: Client): Promise<void> {
    try {
      // Silence since the last ping is a connection that hears nothing: begin anew.
      if (this.ping && performance.now() - this.ping.sentAt > callLimit) throw new Error('Messages do not come back');
      this.ping ??= { text: `ping:${randomUUID()}`, sentAt: performance.now() };
      await client.query('SELECT pg_notify($1, $2)', [this.channel, this.ping.text]);
      if (client === this.client) this.schedule(pingEvery, () => this.sendPing(client));
    } catch (error) {
      this.lose(client, error);
    }
  }

  private receive(payload: string): void {
    if (!payload.startsWith('ping:')) return this.handlers.onMessage(payload);
    if (payload !== this.ping?.text) return;
    this.provenAt = this.ping.sentAt;
    this.ping = null;
    this.pause = firstPause;
  }

  private schedule(pause: number, step: () => Promise<void>): void {
    if (this.isStopped) return;
    this.timer = setTimeout(() => {
      this.work = step();
    }, pause);
  }

  private lose(client: Client, error: unknown): void {
    if (this.isStopped || client !== this.client) return;
    this.logger.warn({ err: error, channel: this.channel }, 'Notifications are not heard; answers come from the database until they are');
    if (this.timer) clearTimeout(this.timer);
    void this.disconnect();
    this.schedule(this.pause, () => this.connect());
    this.pause = Math.min(this.pause * 2, longestPause);
  }

  private async disconnect(): Promise<void> {
    const client = this.client;
    this.client = null;
    this.ping = null;
    this.provenAt = -Infinity;
    client?.removeAllListeners('notification');
    if (!client) return;
    const ended = client.end().catch((error: unknown) => this.logger.debug({ err: error }, 'A lost connection did not end in order'));
    // The goodbye waits for an answer, which a cut cable never brings; the system closes such a socket in its own time.
    await Promise.race([ended, pause(goodbyeLimit, undefined, { ref: false })]);
  }
}
