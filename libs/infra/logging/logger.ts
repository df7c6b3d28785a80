import { hostname } from 'node:os';
import { pino, type DestinationStream, type LogFn, type Logger as PinoLogger } from 'pino';
import type { LogLevel } from '#infra/config/environment';
import { answerLines, type Answer } from './answer-line.js';
import { lineTime } from './line-time.js';
import { LogOutput, standardOutput } from './log-output.js';
import { contextFields } from './request-context.js';
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
  /** The line of an answered request, at `info`. The only one that may wait for others, see LogOutput. */
  abstract answered(answer: Answer): void;
}

export function createLogger(options: { name: string; level: LogLevel; destination?: DestinationStream }): Logger {
  const base = { pid: process.pid, hostname: hostname(), name: options.name };
  const output = options.destination ? new LogOutput(options.destination) : standardOutput();
  const settings = {
    base,
    level: options.level,
    serializers: { err: describeError },
    hooks: { logMethod },
    redact: { paths: redactedPaths, censor: '[redacted]' },
    mixin: contextFields,
    timestamp: () => `,"time":"${lineTime()}"`,
  };
  const logger = pino(settings, output);
  const line = answerLines(logger.levels.values['info'] ?? 30, base);
  const isTold = logger.isLevelEnabled('info');
  return Object.assign(logger, { answered: (answer: Answer) => { if (isTold) output.hold(line(answer)); } });
}

const warning = 40;

/** Texts of others stand in warnings and errors only; the lines that come by the thousand are not searched. */
function logMethod(this: PinoLogger, inputs: Parameters<LogFn>, method: LogFn, level: number): void {
  if (level < warning) return method.apply(this, inputs);
  const [fields, message] = scrubFields(inputs) as Parameters<LogFn>;
  method.call(this, fields, message);
}
