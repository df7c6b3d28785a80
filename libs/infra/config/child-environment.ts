import type { Settings } from './settings.js';

/** `k1:<base64>,k2:<base64>`: the text form of a key ring. */
export function formatKeyRing(keys: Settings['encryptionKeys']): string {
  return keys.map(({ id, key }) => `${id}:${key.toString('base64')}`).join(',');
}

/**
 * The environment of a process that we start: ours, with the settings as we resolved them (the embedded database's address,
 * generated keys, chosen ports). The bootstrap key stays here; no child needs it.
 */
export function childEnvironment(settings: Settings, source: Readonly<Record<string, string | undefined>> = process.env): Record<string, string> {
  const { instagram } = settings;
  const ours: Record<string, string | null> = {
    HOST: settings.host,
    PORT: String(settings.port),
    DATABASE_URL: settings.databaseUrl,
    REDIS_URL: settings.redisUrl,
    HELIOGRAPH_DATA: settings.dataDir,
    PUBLIC_URL: settings.publicUrl,
    ENCRYPTION_KEYS: formatKeyRing(settings.encryptionKeys) || null,
    INSTAGRAM_GRAPH_URL: instagram.graphUrl,
    INSTAGRAM_OAUTH_URL: instagram.oauthUrl,
    INSTAGRAM_APP_ID: instagram.appId,
    INSTAGRAM_APP_SECRETS: instagram.appSecrets.join(',') || null,
    INSTAGRAM_API_VERSION: instagram.apiVersion,
    INSTAGRAM_VIDEO_UPLOAD: instagram.videoUpload,
    MEDIA_LIMITS: instagram.mediaLimits,
    SANDBOX_PORT: String(settings.sandboxPort),
    CONNECTION_REDIRECT_ORIGINS: settings.connectionRedirectOrigins?.join(',') || null,
    TOKEN_REFRESH_DAYS: String(settings.tokenRefreshDays),
    PUBLISH_SPACING_SECONDS: String(settings.publishPace.spacingSeconds),
    PUBLISH_BURST: String(settings.publishPace.burst),
    COMMENTS_PER_HOUR: String(instagram.commentsPerHour),
    DATABASE_ROW_SECURITY: settings.isRowSecurityOn ? 'on' : 'off',
    AUDIT_RETENTION_DAYS: String(settings.auditRetentionDays),
    EVENT_RETENTION_DAYS: String(settings.eventRetentionDays),
    ORIGINALS_RETENTION_DAYS: String(settings.originalsRetentionDays),
    PUBLISH_PREPARE_MINUTES: String(settings.publishPrepareMinutes),
    OVERDUE_POLICY: settings.overdue.policy,
    OVERDUE_AFTER_MINUTES: String(settings.overdue.minutes),
    BOOTSTRAP_API_KEY: null,
    FFMPEG_PATH: settings.ffmpegPath ?? 'off',
    EGRESS_ALLOW: settings.egressAllow.join(',') || null,
    WEBHOOK_ALLOW_CIDRS: settings.webhooks.allowCidrs.join(',') || null,
    WEBHOOK_PORTS: settings.webhooks.ports?.join(',') ?? 'any',
    WEBHOOK_ALLOW_HTTP: settings.webhooks.isHttpAllowed ? 'on' : 'off',
    MEDIA_FETCH_SECONDS: String(settings.mediaFetchSeconds),
    API_RATE_LIMIT: String(settings.apiRateLimit),
    DUPLICATE_WINDOW_HOURS: String(settings.duplicateWindowHours),
    WEBHOOK_HEADER_PREFIX: settings.webhookHeaderPrefix,
    CORS_ORIGINS: settings.corsOrigins.join(',') || null,
    METRICS_HOST: settings.metrics.host,
    METRICS_PORT: settings.metrics.port === null ? null : String(settings.metrics.port),
    WORKER_METRICS_PORT: settings.metrics.workerPort === null ? null : String(settings.metrics.workerPort),
    METRICS_TOKEN: settings.metrics.token,
    S3_BUCKET: settings.s3?.bucket ?? null,
    S3_ENDPOINT: settings.s3?.endpoint ?? null,
    S3_REGION: settings.s3?.region ?? null,
    S3_ACCESS_KEY_ID: settings.s3?.accessKeyId ?? null,
    S3_SECRET_ACCESS_KEY: settings.s3?.secretAccessKey ?? null,
    S3_FORCE_PATH_STYLE: settings.s3 === null ? null : settings.s3.isPathStyle ? 'on' : 'off',
    OTEL_EXPORTER_OTLP_ENDPOINT: settings.tracing.endpoint,
    OTEL_EXPORTER_OTLP_HEADERS: Object.entries(settings.tracing.headers).map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join(',') || null,
    OTEL_TRACES_SAMPLER_ARG: String(settings.tracing.ratio),
    LOG_LEVEL: settings.logLevel,
  };
  const merged = Object.entries({ ...source, ...ours });
  return Object.fromEntries(merged.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** Port 0 means "any free port". Once it is known, the addresses derived from it follow. */
export function withPorts(settings: Settings, port: number, sandboxPort: number): Settings {
  const sandboxUrl = (url: string): string => url.replace(/^(http:\/\/127\.0\.0\.1):0$/, `$1:${sandboxPort}`);
  return {
    ...settings,
    port,
    sandboxPort,
    publicUrl: settings.publicUrl.replace(/^(http:\/\/[^/]+):0$/, `$1:${port}`),
    instagram: {
      ...settings.instagram,
      graphUrl: sandboxUrl(settings.instagram.graphUrl),
      oauthUrl: sandboxUrl(settings.instagram.oauthUrl),
      tokenUrl: sandboxUrl(settings.instagram.tokenUrl),
    },
  };
}
