import { describe, expect, it } from 'vitest';
import { childEnvironment, withPorts } from './child-environment.js';
import { readSettings } from './settings.js';

const full = {
  HOST: '0.0.0.0', PORT: '3005', DATABASE_URL: 'postgresql://u:p@db/heliograph', REDIS_URL: 'redis://cache:6379', HELIOGRAPH_DATA: '/data',
  PUBLIC_URL: 'https://example.org', ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')},k2:${Buffer.alloc(32, 2).toString('base64')}`,
  INSTAGRAM_GRAPH_URL: 'https://graph.example.org', INSTAGRAM_OAUTH_URL: 'https://oauth.example.org', INSTAGRAM_APP_ID: '42',
  INSTAGRAM_APP_SECRETS: 'a,b', INSTAGRAM_API_VERSION: 'v25.0', INSTAGRAM_VIDEO_UPLOAD: 'never', MEDIA_LIMITS: 'documented', SANDBOX_PORT: '3006',
  CONNECTION_REDIRECT_ORIGINS: 'https://app.example.org,http://localhost:5000', TOKEN_REFRESH_DAYS: '20', PUBLISH_SPACING_SECONDS: '300', PUBLISH_BURST: '3', COMMENTS_PER_HOUR: '40', DATABASE_ROW_SECURITY: 'off', AUDIT_RETENTION_DAYS: '30', EVENT_RETENTION_DAYS: '14', ORIGINALS_RETENTION_DAYS: '90', PUBLISH_PREPARE_MINUTES: '20', OVERDUE_POLICY: 'hold', OVERDUE_AFTER_MINUTES: '45', FFMPEG_PATH: '/opt/ffmpeg/ffmpeg', EGRESS_ALLOW: '10.0.0.0/8', WEBHOOK_ALLOW_CIDRS: '127.0.0.1/32', WEBHOOK_PORTS: '443,9443', WEBHOOK_ALLOW_HTTP: 'on', MEDIA_FETCH_SECONDS: '45', API_RATE_LIMIT: '600', DUPLICATE_WINDOW_HOURS: '48', WEBHOOK_HEADER_PREFIX: 'x-example-', LOG_LEVEL: 'debug',
  CORS_ORIGINS: 'https://console.example.org', METRICS_HOST: '10.0.0.1', METRICS_PORT: '9464', WORKER_METRICS_PORT: '9465', METRICS_TOKEN: 'a-token-for-prometheus',
  S3_BUCKET: 'brand-media', S3_ENDPOINT: 'https://s3.example.org', S3_REGION: 'eu-central-1', S3_ACCESS_KEY_ID: 'id', S3_SECRET_ACCESS_KEY: 'secret', S3_FORCE_PATH_STYLE: 'on',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318', OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc', OTEL_TRACES_SAMPLER_ARG: '0.25',
};

describe('childEnvironment', () => {
  it('gives a child the settings we have, all of them, and no bootstrap key', () => {
    const settings = readSettings({ ...full, BOOTSTRAP_API_KEY: `hg_${'a'.repeat(8)}_${'b'.repeat(32)}` });
    const env = childEnvironment(settings, { PATH: '/bin', BOOTSTRAP_API_KEY: 'secret' });
    expect(env).toEqual({ ...full, PATH: '/bin' });
    expect(readSettings(env)).toEqual({ ...settings, bootstrapApiKey: null });
  });
});

describe('withPorts', () => {
  it('lets the addresses follow the ports that were found free', () => {
    const settings = withPorts(readSettings({ PORT: '0', SANDBOX_PORT: '0' }), 4001, 4002);
    expect(settings).toMatchObject({ port: 4001, sandboxPort: 4002, publicUrl: 'http://127.0.0.1:4001', instagram: { graphUrl: 'http://127.0.0.1:4002', oauthUrl: 'http://127.0.0.1:4002', tokenUrl: 'http://127.0.0.1:4002' } });
  });

  it('leaves addresses that were set as they are', () => {
    const settings = readSettings({ ...full, PORT: '0' });
    expect(withPorts(settings, 4001, 4002)).toMatchObject({ publicUrl: full.PUBLIC_URL, instagram: settings.instagram });
  });
});
