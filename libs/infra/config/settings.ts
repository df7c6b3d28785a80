import { isAbsolute, resolve } from 'node:path';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { Environment, type LogLevel, type MediaLimits, type OverduePolicyName, type VideoUpload } from './environment.js';
import { parseHeaderList, parseKeyRing } from './environment-rules.js';
import { findExecutable } from './find-executable.js';

export interface EncryptionKey {
  readonly id: string;
  /** 32 bytes. */
  readonly key: Buffer;
}

export interface InstagramSettings {
  /** Without a trailing slash, e.g. `https://graph.instagram.com`. */
  readonly graphUrl: string;
  /** Base of the page on which a person connects an account. */
  readonly oauthUrl: string;
  /** Base of the exchange of its code: a host of its own at the real Instagram. */
  readonly tokenUrl: string;
  readonly appId: string | null;
  readonly appSecrets: readonly string[];
  /** e.g. `v25.0`; null means the sandbox plays Instagram. */
  readonly apiVersion: string | null;
  /** Where only Meta's documentation refuses a file: `lenient` warns, `documented` refuses it too. */
  readonly mediaLimits: MediaLimits;
  /** Whether videos are sent to containers instead of being fetched from `publicUrl`; `auto`: where the login is known to have it. */
  readonly videoUpload: VideoUpload;
  /** Comments that an account writes within an hour; 0: no limit. */
  readonly commentsPerHour: number;
}

/** Where a process is measured: `/metrics`, `/build`, `/deps`. */
export interface MetricsSettings {
  readonly host: string;
  /** Of the API; null: on its own port, with everything else. */
  readonly port: number | null;
  /** Of a worker; null: nowhere. */
  readonly workerPort: number | null;
  /** null: nobody needs one. */
  readonly token: string | null;
}

export interface TracingSettings {
  /** Base of an OTLP collector, without a trailing slash; null: nothing is traced. */
  readonly endpoint: string | null;
  /** Sent along, e.g. with a collector's key. */
  readonly headers: Readonly<Record<string, string>>;
  /** Share of the traces that begin here and are kept, 0 to 1. */
  readonly ratio: number;
}

/** A bucket that media are kept in. */
export interface S3Settings {
  readonly bucket: string;
  /** null: Amazon's own of the region. */
  readonly endpoint: string | null;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** `endpoint/bucket/key` and not `bucket.endpoint/key`. */
  readonly isPathStyle: boolean;
}

/** Where webhooks may be delivered to, besides the public internet over https. */
export interface WebhookSettings {
  /** Networks (CIDR) that they may reach although they are private or special. */
  readonly allowCidrs: readonly string[];
  /** null: any. */
  readonly ports: readonly number[] | null;
  readonly isHttpAllowed: boolean;
}

/** Everything that can be set from outside, typed and complete. No other code reads the environment. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  /** null: the embedded PostgreSQL of `heliograph up`. */
  readonly databaseUrl: string | null;
  /** null: the queue lives in PostgreSQL. */
  readonly redisUrl: string | null;
  /** Absolute path. */
  readonly dataDir: string;
  /** null: media are kept in the data folder. */
  readonly s3: S3Settings | null;
  /** Where the outside world reaches the API, without a trailing slash. */
  readonly publicUrl: string;
  /** The first encrypts, all decrypt. Empty: generated into the data folder by `heliograph up`. */
  readonly encryptionKeys: readonly EncryptionKey[];
  readonly instagram: InstagramSettings;
  readonly sandboxPort: number;
  /** Origins that a person may be sent back to after connecting; null: any port of this machine. */
  readonly connectionRedirectOrigins: readonly string[] | null;
  /** A token is renewed when it expires within so many days. */
  readonly tokenRefreshDays: number;
  /** How far apart the publishing calls of one profile are, after a burst of so many at once. */
  readonly publishPace: { readonly spacingSeconds: number; readonly burst: number };
  readonly bootstrapApiKey: string | null;
  /** The API sees through row-level security: only rows of the workspace whose call it answers. */
  readonly isRowSecurityOn: boolean;
  /** How long entries of the audit are kept. */
  readonly auditRetentionDays: number;
  /** How long events, deliveries and attempts are kept. */
  readonly eventRetentionDays: number;
  /** How long after the end of a post the files its media came as are kept beside the copies that went out. */
  readonly originalsRetentionDays: number;
  /** How long before its time a scheduled post is prepared; 0: not at all. */
  readonly publishPrepareMinutes: number;
  /** What becomes of posts that nobody published at their time, where neither workspace nor queue says so. */
  readonly overdue: { readonly policy: OverduePolicyName; readonly minutes: number };
  /** Absolute path of the ffmpeg that converts videos; null: there is none, or it must not be used. */
  readonly ffmpegPath: string | null;
  /** Networks (CIDR) that guarded outgoing calls may reach although they are private or special. */
  readonly egressAllow: readonly string[];
  readonly webhooks: WebhookSettings;
  /** For fetching one media URL: names, redirects, headers and body together. */
  readonly mediaFetchSeconds: number;
  /** Requests a minute and key, over all API processes; 0: no limit. */
  readonly apiRateLimit: number;
  /** How near to each other the same post may not go out twice to one profile; 0: it may. */
  readonly duplicateWindowHours: number;
  /** Of the headers of webhooks that no standard names, e.g. `x-heliograph-`. */
  readonly webhookHeaderPrefix: string;
  /** Origins whose pages may call the API from a browser. */
  readonly corsOrigins: readonly string[];
  readonly metrics: MetricsSettings;
  readonly tracing: TracingSettings;
  readonly logLevel: LogLevel;
}

/** A wrong environment: every problem at once, each a sentence that says what to set. */
export class SettingsError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(['The settings are not usable:', ...problems.map((problem) => `  - ${problem}`), 'See docs/configuration.md.'].join('\n'));
    this.name = 'SettingsError';
  }
}

/** @throws SettingsError listing every problem. Empty variables count as unset. */
export function readSettings(source: Readonly<Record<string, string | undefined>> = process.env, workingDir = process.cwd()): Settings {
  const known = Object.entries(source).filter(([name, value]) => value !== undefined && value.trim() !== '' && isKnown(name));
  const environment = plainToInstance(Environment, Object.fromEntries(known), { exposeDefaultValues: true });
  const problems = validateSync(environment).flatMap((error) => Object.values(error.constraints ?? {}).slice(0, 1));
  if (environment.INSTAGRAM_API_VERSION && !environment.PUBLIC_URL) {
    problems.push('PUBLIC_URL must be set when INSTAGRAM_API_VERSION is: Instagram fetches your media from there, over https');
  }
  if (environment.INSTAGRAM_API_VERSION && environment.INSTAGRAM_APP_ID) {
    if (!environment.INSTAGRAM_APP_SECRETS) problems.push('INSTAGRAM_APP_SECRETS must be set when INSTAGRAM_APP_ID is: without it no account can be connected');
    if (!environment.CONNECTION_REDIRECT_ORIGINS) problems.push('CONNECTION_REDIRECT_ORIGINS must be set when INSTAGRAM_APP_ID is: the origins people may be sent back to, e.g. https://app.example.com');
  }
  if (environment.S3_BUCKET && !(environment.S3_ACCESS_KEY_ID && environment.S3_SECRET_ACCESS_KEY)) {
    problems.push('S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY must be set when S3_BUCKET is');
  }
  if (problems.length > 0) throw new SettingsError(problems);
  return toSettings(environment, workingDir, source['PATH'] ?? '');
}

const knownNames = new Set([
  'HOST', 'PORT', 'DATABASE_URL', 'REDIS_URL', 'HELIOGRAPH_DATA', 'PUBLIC_URL', 'ENCRYPTION_KEYS', 'INSTAGRAM_GRAPH_URL',
  'INSTAGRAM_OAUTH_URL', 'INSTAGRAM_APP_ID', 'INSTAGRAM_APP_SECRETS', 'INSTAGRAM_API_VERSION', 'INSTAGRAM_VIDEO_UPLOAD', 'MEDIA_LIMITS', 'SANDBOX_PORT',
  'CONNECTION_REDIRECT_ORIGINS', 'TOKEN_REFRESH_DAYS', 'PUBLISH_SPACING_SECONDS', 'PUBLISH_BURST', 'COMMENTS_PER_HOUR',
  'DATABASE_ROW_SECURITY', 'AUDIT_RETENTION_DAYS', 'EVENT_RETENTION_DAYS', 'ORIGINALS_RETENTION_DAYS', 'PUBLISH_PREPARE_MINUTES', 'OVERDUE_POLICY', 'OVERDUE_AFTER_MINUTES', 'BOOTSTRAP_API_KEY', 'FFMPEG_PATH', 'EGRESS_ALLOW', 'WEBHOOK_ALLOW_CIDRS', 'WEBHOOK_PORTS', 'WEBHOOK_ALLOW_HTTP', 'MEDIA_FETCH_SECONDS', 'API_RATE_LIMIT', 'DUPLICATE_WINDOW_HOURS', 'WEBHOOK_HEADER_PREFIX', 'LOG_LEVEL',
  'CORS_ORIGINS', 'METRICS_HOST', 'METRICS_PORT', 'WORKER_METRICS_PORT', 'METRICS_TOKEN',
  'S3_BUCKET', 'S3_ENDPOINT', 'S3_REGION', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY', 'S3_FORCE_PATH_STYLE',
  'OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_TRACES_SAMPLER_ARG',
] satisfies (keyof Environment)[]);

function isKnown(name: string): boolean {
  return (knownNames as ReadonlySet<string>).has(name);
}

/** Page and token exchange are two hosts of the real Instagram; a sandbox serves both. */
const instagramOAuth = { page: 'https://www.instagram.com', tokens: 'https://api.instagram.com' };

/** The app that every sandbox has from the start (docs/sandbox.md): no secret of anybody. */
const sandboxApp = { id: '990602627938098', secret: '5a6e1f0c94b74d1c8d2f3e4a5b6c7d8e' };

function toSettings(environment: Environment, workingDir: string, searchPath: string): Settings {
  const sandboxUrl = `http://127.0.0.1:${environment.SANDBOX_PORT}`;
  const version = environment.INSTAGRAM_API_VERSION ?? null;
  const oauthUrl = withoutSlash(environment.INSTAGRAM_OAUTH_URL ?? (version ? instagramOAuth.page : environment.INSTAGRAM_GRAPH_URL ?? sandboxUrl));
  return {
    host: environment.HOST,
    port: environment.PORT,
    databaseUrl: environment.DATABASE_URL ?? null,
    redisUrl: environment.REDIS_URL ?? null,
    dataDir: isAbsolute(environment.HELIOGRAPH_DATA) ? environment.HELIOGRAPH_DATA : resolve(workingDir, environment.HELIOGRAPH_DATA),
    s3: toS3(environment),
    publicUrl: withoutSlash(environment.PUBLIC_URL ?? `http://${reachableHost(environment.HOST)}:${environment.PORT}`),
    encryptionKeys: environment.ENCRYPTION_KEYS ? (parseKeyRing(environment.ENCRYPTION_KEYS) ?? []) : [],
    instagram: {
      graphUrl: withoutSlash(environment.INSTAGRAM_GRAPH_URL ?? (version ? 'https://graph.instagram.com' : sandboxUrl)),
      oauthUrl,
      tokenUrl: oauthUrl === instagramOAuth.page ? instagramOAuth.tokens : oauthUrl,
      appId: environment.INSTAGRAM_APP_ID ?? (version ? null : sandboxApp.id),
      appSecrets: environment.INSTAGRAM_APP_SECRETS?.split(',') ?? (version ? [] : [sandboxApp.secret]),
      apiVersion: version,
      mediaLimits: environment.MEDIA_LIMITS,
      videoUpload: environment.INSTAGRAM_VIDEO_UPLOAD,
      commentsPerHour: environment.COMMENTS_PER_HOUR,
    },
    sandboxPort: environment.SANDBOX_PORT,
    connectionRedirectOrigins: environment.CONNECTION_REDIRECT_ORIGINS ? toOrigins(environment.CONNECTION_REDIRECT_ORIGINS) : version ? [] : null,
    tokenRefreshDays: environment.TOKEN_REFRESH_DAYS,
    publishPace: { spacingSeconds: environment.PUBLISH_SPACING_SECONDS, burst: environment.PUBLISH_BURST },
    isRowSecurityOn: environment.DATABASE_ROW_SECURITY === 'on',
    auditRetentionDays: environment.AUDIT_RETENTION_DAYS,
    eventRetentionDays: environment.EVENT_RETENTION_DAYS,
    originalsRetentionDays: environment.ORIGINALS_RETENTION_DAYS,
    publishPrepareMinutes: environment.PUBLISH_PREPARE_MINUTES,
    overdue: { policy: environment.OVERDUE_POLICY, minutes: environment.OVERDUE_AFTER_MINUTES },
    bootstrapApiKey: environment.BOOTSTRAP_API_KEY ?? null,
    ffmpegPath: environment.FFMPEG_PATH === 'off' ? null : (environment.FFMPEG_PATH ?? findExecutable('ffmpeg', searchPath)),
    egressAllow: environment.EGRESS_ALLOW?.split(',').map((entry) => entry.trim()) ?? [],
    webhooks: toWebhookSettings(environment),
    mediaFetchSeconds: environment.MEDIA_FETCH_SECONDS,
    apiRateLimit: environment.API_RATE_LIMIT,
    duplicateWindowHours: environment.DUPLICATE_WINDOW_HOURS,
    webhookHeaderPrefix: environment.WEBHOOK_HEADER_PREFIX,
    corsOrigins: environment.CORS_ORIGINS ? toOrigins(environment.CORS_ORIGINS) : [],
    metrics: {
      host: environment.METRICS_HOST,
      port: environment.METRICS_PORT ?? null,
      workerPort: environment.WORKER_METRICS_PORT ?? null,
      token: environment.METRICS_TOKEN ?? null,
    },
    tracing: {
      endpoint: environment.OTEL_EXPORTER_OTLP_ENDPOINT ? withoutSlash(environment.OTEL_EXPORTER_OTLP_ENDPOINT) : null,
      headers: environment.OTEL_EXPORTER_OTLP_HEADERS ? (parseHeaderList(environment.OTEL_EXPORTER_OTLP_HEADERS) ?? {}) : {},
      ratio: environment.OTEL_TRACES_SAMPLER_ARG,
    },
    logLevel: environment.LOG_LEVEL,
  };
}

function toWebhookSettings(environment: Environment): WebhookSettings {
  return {
    allowCidrs: environment.WEBHOOK_ALLOW_CIDRS?.split(',').map((entry) => entry.trim()) ?? [],
    ports: environment.WEBHOOK_PORTS === 'any' ? null : environment.WEBHOOK_PORTS.split(',').map(Number),
    isHttpAllowed: environment.WEBHOOK_ALLOW_HTTP === 'on',
  };
}

function toS3({ S3_BUCKET: bucket, S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey, ...rest }: Environment): S3Settings | null {
  if (!bucket || !accessKeyId || !secretAccessKey) return null;
  const endpoint = rest.S3_ENDPOINT ? withoutSlash(rest.S3_ENDPOINT) : null;
  return { bucket, endpoint, region: rest.S3_REGION, accessKeyId, secretAccessKey, isPathStyle: rest.S3_FORCE_PATH_STYLE === 'on' };
}

function toOrigins(list: string): string[] {
  return list.split(',').map((entry) => new URL(entry.trim()).origin);
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

/** A wildcard listen address is no address to send anybody to. */
function reachableHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
