import { pino, type DestinationStream, type LogFn, type Logger as PinoLogger } from 'pino';
import type { LogLevel } from '#infra/config/environment';
import { findContext } from './request-context.js';
import { describeError } from './described-error.js';
import { scrubFields } from './scrub.js';

/** Values under these keys never reach a log, wherever they stand up to two levels deep. */
const secretKeys = ['authorization', 'accessToken', 'access_token', 'apiKey', 'api_key', 'secret', 'password', 'client_secret', '["x-api-key"]'];
const redactedPaths = secretKeys.flatMap((key) => (key.startsWith('[') ? [key, `*${key}`, `*.*${key}`] : [key, `*.${key}`, `*.*.${key}`]));

/** Structured logs. A field goes first, the sentence second: `logger.info({ postId }, 'Post created')`. */
export abstract class Logger {
  abstract debug(fields: object, message: string): void;
  abstract info(fields: object, message: string): void;
  abstract warn(fields: object, message: string): void;
  abstract error(fields: object, message: string): void;
}

export function createLogger(options: { name: string; level: LogLevel; destination?: DestinationStream }): PinoLogger {
  const settings = {
    name: options.name,
    level: options.level,
    serializers: { err: describeError },
    hooks: { logMethod },
    redact: { paths: redactedPaths, censor: '[redacted]' },
    mixin: () => findContext() ?? {},
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
  };
  return options.destination ? pino(settings, options.destination) : pino(settings);
}

const warning = 40;

/** Texts of others stand in warnings and errors only; the lines that come by the thousand are not searched. */
function logMethod(this: PinoLogger, inputs: Parameters<LogFn>, method: LogFn, level: number): void {
  if (level < warning) return method.apply(this, inputs);
  const [fields, message] = scrubFields(inputs) as Parameters<LogFn>;
  method.call(this, fields, message);
}
