import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RequestLog } from './calls/request-log.js';
import { FaultList } from './faults/fault-list.js';
import { type Doors, handleRequest } from './http/http-listener.js';
import { AssetStore } from './ingest/asset-store.js';
import { type DownloadPatience, Ingestion } from './ingest/ingestion.js';
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
  const requests = new RequestLog();
  const usage = new UsageMeter();
  let url = '';
  const publicUrl = (): string => (options.publicUrl ?? url).replace(/\/+$/u, '');
  const server = serve({
    control: { store, faults, assets, requests, usage }, page: { store, assets, faults, requests },
    api: { store, ingestion, faults, requests, usage, publicUrl, log }, log,
  });
  const finish = async (): Promise<void> => {
    await ingestion.close();
    await store.close();
    if (options.dataDir === undefined) await rm(folder, { recursive: true, force: true });
  };
  const port = await listen(server, host, options.port).catch(async (error: unknown) => { await finish(); throw error; });
  url = `http://${host.includes(':') ? `[${host}]` : host}:${String(port)}`;
  for (const container of store.world.containers.values()) {
    if (container.ingest.state === 'pending') ingestion.start(container);
  }
  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    faults.clear();
    await stop(server);
    await finish();
  };
  return { url, port, close: () => (closing ??= close()) };
}

function serve(doors: Doors): Server {
  return createServer({ keepAliveTimeout: KEEP_ALIVE_MS, maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
    handleRequest(doors, request, response).catch((error: unknown) => {
      doors.log(`sandbox: ${String(request.method)} ${String(request.url)}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      response.destroy();
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
