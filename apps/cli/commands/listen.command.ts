import { existsSync, readFileSync } from 'node:fs';
import { parseUrl } from '#kernel/url';
import { readSettings } from '#infra/config/settings';
import { dataFolder } from '../installation/data-folder.js';
import { EventFeed } from '../listen/event-feed.js';
import { Forwarder } from '../listen/forwarder.js';
import { Listener } from '../listen/listener.js';
import { StopSignals } from '../processes/stop-signals.js';
import { CliError } from '../terminal/cli-error.js';
import { paint } from '../terminal/style.js';

export interface ListenArguments {
  /** Where events go, e.g. `http://localhost:3000/hook`. */
  readonly forward?: string;
  /** `post.*,profile.connected` */
  readonly types?: string;
  /** `now`, or a `seq`. */
  readonly after: string;
  readonly url?: string;
  readonly key?: string;
  readonly secret?: string;
  readonly json?: boolean;
}

/** Follows the events of a workspace, and sends each to a program on this machine as a webhook would. */
export async function listen(options: ListenArguments): Promise<void> {
  const settings = readSettings();
  const apiUrl = readHttpUrl('--url', options.url ?? `http://127.0.0.1:${settings.port}`);
  const key = options.key ?? keyOfUp(settings.dataDir);
  if (!/^(now|\d{1,18})$/.test(options.after)) throw new CliError(`--after must be "now" or the seq of an event; it is "${options.after}".`);
  const types = (options.types ?? '').split(',').map((type) => type.trim()).filter(Boolean);
  const forwarder = options.forward === undefined ? null : await openForwarder(readHttpUrl('--forward', options.forward), options.secret);
  const stop = new AbortController();
  void new StopSignals().requested.then(() => stop.abort());
  console.error(`Listening to ${apiUrl}${types.length > 0 ? ` for ${types.join(', ')}` : ''}. Ctrl-C ends.`);
  const listener = new Listener({
    feed: new EventFeed({ apiUrl, key, types }),
    forwarder,
    print: (line) => console.log(line),
    note: (line) => console.error(paint('dim', `  ${line}`)),
    format: (event) => (options.json ? JSON.stringify(event) : `${paint('bold', String(event.seq))} ${event.created_at} ${event.type} ${event.id}`),
    pausesMs: [1_000, 2_000, 5_000, 10_000],
  });
  const cursor = await listener.run(options.after, stop.signal);
  if (cursor !== null) console.error(`Heard everything up to ${cursor}. To go on from there: heliograph listen --after ${cursor}`);
}

async function openForwarder(url: string, given: string | undefined): Promise<Forwarder> {
  const { newWebhookSecret, signBody, toSigningKey } = await import('#features/events/index');
  if (given !== undefined && !/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/.test(given)) throw new CliError('--secret must be whsec_ and at least 24 bytes in base64, as webhooks have.');
  const secret = given ?? newWebhookSecret();
  console.error(`Forwarding to ${url}, signed with ${paint('yellow', secret)}`);
  return new Forwarder(url, secret, { signBody, toSigningKey });
}

function readHttpUrl(option: string, text: string): string {
  const url = parseUrl(text);
  if (!url || !/^https?:$/.test(url.protocol)) throw new CliError(`${option} must be an http or https address; it is "${text}".`);
  return url.href;
}

/** The key that "heliograph up" made on this machine. */
function keyOfUp(dataDir: string): string {
  const file = dataFolder(dataDir).apiKey;
  if (!existsSync(file)) throw new CliError('--key is needed: there is no installation of "heliograph up" on this machine whose key could be taken.');
  return readFileSync(file, 'utf8').trim();
}
