import { Transform } from 'class-transformer';
import { IsIn, IsInt, IsNumber, IsOptional, Matches, Max, Min } from 'class-validator';
import { IsAbsoluteUrl, IsCidrList, IsHeaderList, IsKeyRing, IsOriginList, IsPortList } from './environment-rules.js';

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

const mediaLimitsModes = ['lenient', 'documented'] as const;
export type MediaLimits = (typeof mediaLimitsModes)[number];

const videoUploads = ['auto', 'always', 'never'] as const;
export type VideoUpload = (typeof videoUploads)[number];

const overduePolicies = ['publish_late', 'hold', 'skip'] as const;
export type OverduePolicyName = (typeof overduePolicies)[number];

const switchStates = ['on', 'off'] as const;
type SwitchState = (typeof switchStates)[number];

const toInteger = Transform(({ value }: { value: unknown }) => (typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value));
const daysRule = { message: '$property must be a whole number from 1 to 58' };
const portRule = { message: '$property must be a whole number from 0 to 65535 (0 = any free port)' };

const retentionRule = { message: '$property must be a whole number from 1 to 36500' };
const prepareRule = { message: 'PUBLISH_PREPARE_MINUTES must be a whole number from 0 to 60' };
const overdueRule = { message: 'OVERDUE_AFTER_MINUTES must be a whole number from 5 to 43200' };
const toNumber = Transform(({ value }: { value: unknown }) => (typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : value));
const ratioRule = { message: 'OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1' };
const fetchRule = { message: 'MEDIA_FETCH_SECONDS must be a whole number from 1 to 540' };
const spacingRule = { message: 'PUBLISH_SPACING_SECONDS must be a whole number from 0 to 86400 (0 = no limit)' };
const commentsRule = { message: 'COMMENTS_PER_HOUR must be a whole number from 0 to 100000 (0 = no limit)' };
const burstRule = { message: 'PUBLISH_BURST must be a whole number from 1 to 1000' };
const windowRule = { message: 'DUPLICATE_WINDOW_HOURS must be a whole number from 0 to 8760 (0 = no guard)' };
const rateRule = { message: 'API_RATE_LIMIT must be a whole number from 0 to 1000000000 (0 = no limit)' };

/** The environment, as text, with a rule for each variable. What they mean is in docs/configuration.md; what they become, in settings.ts. */
export class Environment {
  @Matches(/^[A-Za-z0-9.:_-]+$/, { message: 'HOST must be a host name or an IP address' })
  HOST: string = '127.0.0.1';

  @toInteger @IsInt(portRule) @Min(0, portRule) @Max(65_535, portRule)
  PORT: number = 3000;

  @IsOptional() @IsAbsoluteUrl(['postgres:', 'postgresql:'])
  DATABASE_URL?: string;

  @IsOptional() @IsAbsoluteUrl(['redis:', 'rediss:'])
  REDIS_URL?: string;

  @Matches(/\S/, { message: 'HELIOGRAPH_DATA must name a folder' })
  HELIOGRAPH_DATA: string = '.heliograph';

  @IsOptional() @IsAbsoluteUrl(['http:', 'https:'])
  PUBLIC_URL?: string;

  @IsOptional() @IsKeyRing()
  ENCRYPTION_KEYS?: string;

  @IsOptional() @IsAbsoluteUrl(['http:', 'https:'])
  INSTAGRAM_GRAPH_URL?: string;

  @IsOptional() @IsAbsoluteUrl(['http:', 'https:'])
  INSTAGRAM_OAUTH_URL?: string;

  @IsOptional() @Matches(/^\d+$/, { message: 'INSTAGRAM_APP_ID must be the numeric id of your Instagram app' })
  INSTAGRAM_APP_ID?: string;

  @IsOptional() @Matches(/^[^\s,]+(,[^\s,]+)*$/, { message: 'INSTAGRAM_APP_SECRETS must be one secret or several separated by commas' })
  INSTAGRAM_APP_SECRETS?: string;

  @IsOptional() @Matches(/^v\d+\.\d+$/, { message: 'INSTAGRAM_API_VERSION must look like v25.0 (leave it unset to use the sandbox)' })
  INSTAGRAM_API_VERSION?: string;

  @IsIn(mediaLimitsModes, { message: `MEDIA_LIMITS must be one of ${mediaLimitsModes.join(', ')}` })
  MEDIA_LIMITS: MediaLimits = 'lenient';

  @IsIn(videoUploads, { message: `INSTAGRAM_VIDEO_UPLOAD must be one of ${videoUploads.join(', ')}` })
  INSTAGRAM_VIDEO_UPLOAD: VideoUpload = 'auto';

  @toInteger @IsInt({ message: portRule.message }) @Min(0, portRule) @Max(65_535, portRule)
  SANDBOX_PORT: number = 3001;

  @IsOptional() @IsOriginList()
  CONNECTION_REDIRECT_ORIGINS?: string;

  @toInteger @IsInt(daysRule) @Min(1, daysRule) @Max(58, daysRule)
  TOKEN_REFRESH_DAYS: number = 15;

  @toInteger @IsInt(spacingRule) @Min(0, spacingRule) @Max(86_400, spacingRule)
  PUBLISH_SPACING_SECONDS: number = 60;

  @toInteger @IsInt(burstRule) @Min(1, burstRule) @Max(1_000, burstRule)
  PUBLISH_BURST: number = 10;

  @toInteger @IsInt(commentsRule) @Min(0, commentsRule) @Max(100_000, commentsRule)
  COMMENTS_PER_HOUR: number = 60;

  @IsOptional()
  @Matches(/^hg_[0-9a-z]{8}_[0-9A-Za-z]{27,}$/, { message: 'BOOTSTRAP_API_KEY must look like hg_<8 of a-z 0-9>_<at least 27 letters or digits>' })
  BOOTSTRAP_API_KEY?: string;

  @IsIn(switchStates, { message: `DATABASE_ROW_SECURITY must be one of ${switchStates.join(', ')}` })
  DATABASE_ROW_SECURITY: SwitchState = 'on';

  @toInteger @IsInt(retentionRule) @Min(1, retentionRule) @Max(36_500, retentionRule)
  AUDIT_RETENTION_DAYS: number = 400;

  @toInteger @IsInt(retentionRule) @Min(1, retentionRule) @Max(36_500, retentionRule)
  EVENT_RETENTION_DAYS: number = 30;

  @toInteger @IsInt(prepareRule) @Min(0, prepareRule) @Max(60, prepareRule)
  PUBLISH_PREPARE_MINUTES: number = 5;

  @toInteger @IsInt(retentionRule) @Min(1, retentionRule) @Max(36_500, retentionRule)
  ORIGINALS_RETENTION_DAYS: number = 7;

  @IsIn(overduePolicies, { message: `OVERDUE_POLICY must be one of ${overduePolicies.join(', ')}` })
  OVERDUE_POLICY: OverduePolicyName = 'publish_late';

  @toInteger @IsInt(overdueRule) @Min(5, overdueRule) @Max(43_200, overdueRule)
  OVERDUE_AFTER_MINUTES: number = 60;

  @IsOptional() @Matches(/^(off|\/.+)$/, { message: 'FFMPEG_PATH must be an absolute path, or off' })
  FFMPEG_PATH?: string;

  @IsOptional() @IsCidrList()
  EGRESS_ALLOW?: string;

  @IsOptional() @IsCidrList()
  WEBHOOK_ALLOW_CIDRS?: string;

  @IsPortList()
  WEBHOOK_PORTS: string = '80,443,8080,8443';

  @IsIn(switchStates, { message: `WEBHOOK_ALLOW_HTTP must be one of ${switchStates.join(', ')}` })
  WEBHOOK_ALLOW_HTTP: SwitchState = 'off';

  @toInteger @IsInt(fetchRule) @Min(1, fetchRule) @Max(540, fetchRule)
  MEDIA_FETCH_SECONDS: number = 300;

  @toInteger @IsInt(rateRule) @Min(0, rateRule) @Max(1_000_000_000, rateRule)
  API_RATE_LIMIT: number = 30_000;

  @toInteger @IsInt(windowRule) @Min(0, windowRule) @Max(8_760, windowRule)
  DUPLICATE_WINDOW_HOURS: number = 24;

  @Matches(/^[a-z0-9]+(-[a-z0-9]+)*-$/, { message: 'WEBHOOK_HEADER_PREFIX must be lower-case letters, digits and dashes, with a dash at its end, e.g. x-heliograph-' })
  WEBHOOK_HEADER_PREFIX: string = 'x-heliograph-';

  @IsOptional() @IsOriginList()
  CORS_ORIGINS?: string;

  @Matches(/^[A-Za-z0-9.:_-]+$/, { message: 'METRICS_HOST must be a host name or an IP address' })
  METRICS_HOST: string = '127.0.0.1';

  @IsOptional() @toInteger @IsInt(portRule) @Min(0, portRule) @Max(65_535, portRule)
  METRICS_PORT?: number;

  @IsOptional() @toInteger @IsInt(portRule) @Min(0, portRule) @Max(65_535, portRule)
  WORKER_METRICS_PORT?: number;

  @IsOptional() @Matches(/^[A-Za-z0-9._~+/=-]{16,}$/, { message: 'METRICS_TOKEN must be at least 16 letters, digits or any of ._~+/=-' })
  METRICS_TOKEN?: string;

  @IsOptional() @Matches(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, { message: 'S3_BUCKET must be the name of a bucket' })
  S3_BUCKET?: string;

  @IsOptional() @IsAbsoluteUrl(['http:', 'https:'])
  S3_ENDPOINT?: string;

  @Matches(/^[A-Za-z0-9-]{1,64}$/, { message: 'S3_REGION must be the name of a region, e.g. eu-central-1' })
  S3_REGION: string = 'us-east-1';

  @IsOptional() @Matches(/^\S+$/, { message: 'S3_ACCESS_KEY_ID must have no spaces' })
  S3_ACCESS_KEY_ID?: string;

  @IsOptional() @Matches(/^\S+$/, { message: 'S3_SECRET_ACCESS_KEY must have no spaces' })
  S3_SECRET_ACCESS_KEY?: string;

  @IsIn(switchStates, { message: `S3_FORCE_PATH_STYLE must be one of ${switchStates.join(', ')}` })
  S3_FORCE_PATH_STYLE: SwitchState = 'off';

  @IsOptional() @IsAbsoluteUrl(['http:', 'https:'])
  OTEL_EXPORTER_OTLP_ENDPOINT?: string;

  @IsOptional() @IsHeaderList()
  OTEL_EXPORTER_OTLP_HEADERS?: string;

  @toNumber @IsNumber({}, ratioRule) @Min(0, ratioRule) @Max(1, ratioRule)
  OTEL_TRACES_SAMPLER_ARG: number = 1;

  @IsIn(logLevels, { message: `LOG_LEVEL must be one of ${logLevels.join(', ')}` })
  LOG_LEVEL: LogLevel = 'info';
}
