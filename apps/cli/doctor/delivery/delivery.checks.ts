import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { MediaDeliveryService } from '#features/media/index';
import type { EncryptionKey, Settings } from '#infra/config/settings';
import { UrlSigner } from '#infra/crypto/url-signer';
import { EgressClient } from '#infra/http/egress/egress.client';
import { EgressPolicy } from '#infra/http/egress/egress-policy';
import { openStorage } from '#infra/storage/storage.module';
import { seconds, SystemClock } from '#kernel/clock';
import type { Finding } from '../finding.js';
import { Fetcher, Flaw, runCheck } from './fetcher.js';
import { linkChecks, type ProbeLink } from './link.checks.js';

export interface DeliveryOptions {
  readonly keys: readonly EncryptionKey[];
  /** Whether `heliograph up` says that it runs: then a refused connection is a fault here too. */
  readonly isRunning: boolean;
  /** For each answer. Instagram's own patience is not documented. */
  readonly timeoutMs?: number;
}

/** Stores a picture, fetches it at PUBLIC_URL as Instagram would, and takes it away again. */
export async function checkDelivery(settings: Settings, { keys, isRunning, timeoutMs = seconds(20) }: DeliveryOptions): Promise<readonly Finding[]> {
  const subject = 'Public URL';
  if (keys.length === 0) return [{ state: 'ok', subject, detail: `${settings.publicUrl} is looked at once there is an encryption key` }];
  const fetcher = new Fetcher(openClient(settings), timeoutMs);
  const reached = await runCheck(fetcher, { subject, run: () => checkAddress(settings, fetcher) });
  if (reached.state === 'fail') return [isSandbox(settings) && !isRunning && reached.detail.includes('ECONNREFUSED') ? { state: 'ok', subject, detail: `${settings.publicUrl} is looked at once the API runs` } : reached];
  try {
    const findings = await withProbe(settings, keys, async (link) => {
      const found: Finding[] = [];
      for (const check of linkChecks(link, () => new Date())) found.push(await runCheck(fetcher, check));
      return found;
    });
    return [reached, ...findings];
  } catch (error) {
    return [reached, { state: 'fail', subject: 'Probe', detail: `no file could be stored (${error instanceof Error ? error.message : String(error)})`, remedy: 'Check the folder HELIOGRAPH_DATA, or the S3_… settings.' }];
  }
}

/** The address itself: may Instagram reach it at all? @throws Flaw */
async function checkAddress(settings: Settings, fetcher: Fetcher): Promise<string> {
  const { publicUrl } = settings;
  const { protocol, hostname } = new URL(publicUrl);
  if (!isSandbox(settings)) {
    if (protocol !== 'https:') throw new Flaw(`${publicUrl} is not https`, 'Put a reverse proxy with a certificate in front, and set PUBLIC_URL to its https address.');
    await requireIpv4(hostname);
  }
  await fetcher.ask(`${publicUrl}/robots.txt`);
  if (!isSandbox(settings)) return `${publicUrl} answers over IPv4${protocol === 'https:' ? ', with a trusted certificate' : ''}`;
  const range = isLoopback(hostname) ? 'only reachable from this machine' : 'not looked at from the internet';
  return `${publicUrl} answers; ${range}, which is enough for the sandbox: Instagram cannot fetch from it`;
}

async function requireIpv4(hostname: string): Promise<void> {
  const found = await lookup(hostname.replace(/^\[|\]$/g, ''), { all: true }).catch(() => []);
  if (found.length > 0 && !found.some(({ family }) => family === 4)) {
    throw new Flaw(`${hostname} has IPv6 addresses only`, 'Add an A record: Instagram\'s fetcher is known to need IPv4.');
  }
}

/** The real fetcher comes from outside, so no private network counts as reachable, whatever EGRESS_ALLOW says. */
function openClient(settings: Settings): EgressClient {
  const policy = new EgressPolicy({ allow: [], trustedOrigin: isSandbox(settings) ? new URL(settings.publicUrl).origin : null });
  return new EgressClient(policy, (hostname) => lookup(hostname, { all: true, family: 4 }));
}

/** A picture of noise: what optimises pictures on the way would change it, and no other object has its name. */
async function withProbe<T>(settings: Settings, keys: readonly EncryptionKey[], work: (link: ProbeLink) => Promise<T>): Promise<T> {
  const clock = new SystemClock();
  const storage = await openStorage(settings, clock);
  await storage.onModuleInit();
  const folder = await mkdtemp(join(tmpdir(), 'heliograph-doctor-'));
  try {
    const content = await sharp(randomBytes(120 * 120 * 3), { raw: { width: 120, height: 120, channels: 3 } }).jpeg().toBuffer();
    await writeFile(join(folder, 'probe.jpg'), content);
    const { key } = await storage.put(join(folder, 'probe.jpg'));
    try {
      const contentType = 'image/jpeg';
      const url = new MediaDeliveryService(new UrlSigner(keys), storage, clock, settings).urlFor(key, contentType);
      return await work({ url, contentType, content });
    } finally {
      await storage.delete(key);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
    if ('onApplicationShutdown' in storage) storage.onApplicationShutdown();
  }
}

function isSandbox({ instagram }: Settings): boolean {
  return instagram.apiVersion === null;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}
