import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { maskedText } from './calls/masking.js';
import { RequestLog } from './calls/request-log.js';
import type { ControlAccess } from './control/control-access.rules.js';
import { FaultList } from './faults/fault-list.js';
import { type Doors, handleRequest } from './http/http-listener.js';
import { AssetStore } from './ingest/asset-store.js';
import { Ingestion } from './ingest/ingestion.js';
import type { DownloadPatience } from './ingest/media-fetch.js';
import { UsageMeter } from './limits/usage-meter.js';
import { Store } from './state/store.js';

export interface SandboxOptions {
  /** Default 127.0.0.1. */
  host?: string;
  /** 0 = any free port. */
  port: number;
  /** Without it everything is in memory and a temporary folder, and gone at the end. */
  dataDir?: string;
  /** Base of `media_url` and of `next` links; default: where it listens. */
  publicUrl?: string;
  /** Who may use the control door; default `loopback`. */
  control?: ControlAccess['scope'];
  log?: (line: string) => void;
  /** How long media hosts may take; for tests of slow ones. */
  patience?: DownloadPatience;
}

export interface Sandbox {
  url: string;
  port: number;
  close(): Promise<void>;
}

const PATIENCE: DownloadPatience = { imageMs: 15_000, videoMs: 120_000 };
/** Idle connections are kept longer than clients keep them, so that none is closed under a call. */
const KEEP_ALIVE_MS = 65_000;
/** Room for a caption of 2,200 emoji in a query. */
const MAX_HEADER_BYTES = 64 * 1024;
/** Node's own five minutes would cut the upload of a large video over a slow line (§1.5); one that stands still is cut earlier. */
const REQUEST_TIMEOUT_MS = 3_600_000;
const HEADERS_TIMEOUT_MS = 60_000;
/** Calls under way at `close` get this long before their connections are cut. */
const GRACE_MS = 2000;

/** Starts the simulator and resolves when it listens. Rejects with the system's error when the port is taken. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const log = options.log ?? (() => undefined);
  const host = options.host ?? '127.0.0.1';
  const store = await Store.open(options.dataDir ?? null);
  const folder = options.dataDir ?? await mkdtemp(join(tmpdir(), 'instagram-sandbox-'));
  const assets = await AssetStore.open(folder);
  const ingestion = new Ingestion(store, assets, options.patience ?? PATIENCE, log);
  const faults = new FaultList();
  const requests = new RequestLog(() => store.clock.now());
  const usage = new UsageMeter(store.world.grants.apps);
  let url = '';
  const publicUrl = (): string => (options.publicUrl ?? url).replace(/\/+$/u, '');
  const server = serve({
    control: { store, faults, assets, requests, usage, log, access: { scope: options.control ?? 'loopback', urls: () => [url, publicUrl()] } },
    page: { store, assets, faults, requests },
    api: { store, ingestion, faults, requests, usage, publicUrl, log }, log,
  });
  const finish = async (): Promise<void> => {
    await ingestion.close();
    await store.close();
    if (options.dataDir === undefined) await rm(folder, { recursive: true, force: true });
  };
  await ingestion.takeUp();
  const port = await listen(server, host, options.port).catch(async (error: unknown) => { await finish(); throw error; });
  url = `http://${host.includes(':') ? `[${host}]` : host}:${String(port)}`;
  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    faults.clear();
    await stop(server);
    await finish();
  };
  return { url, port, close: () => (closing ??= close()) };
}

function serve(doors: Doors): Server {
  const timeouts = { keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: HEADERS_TIMEOUT_MS };
  return createServer({ ...timeouts, maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
    handleRequest(doors, request, response).catch((error: unknown) => {
      // A client that hangs up in the middle of its body is no news.
      const isNews = request.complete || !request.destroyed;
      response.destroy();
      if (!isNews) return;
      doors.log(`sandbox: ${String(request.method)} ${maskedText(String(request.url))}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    });
  });
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address() as AddressInfo;
      resolve(address.port);
    });
  });
}

/** Takes no new connections, lets calls under way end, cuts what does not. */
async function stop(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => { server.close(() => { resolve(); }); });
  const cut = setTimeout(() => { server.closeAllConnections(); }, GRACE_MS);
  await closed;
  clearTimeout(cut);
}
