import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '#kernel/app-error';
import type { ErrorCode } from '#kernel/error-catalogue';
import { isDatabaseOutage } from '#infra/database/outage';
import { Logger } from '#infra/logging/logger';
import { toErrorBody } from './error-body.js';

/** Everything that is thrown on the way to an answer becomes the one error body. What we did not foresee is a 500 that says nothing of its cause. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const error = toAppError(thrown);
    if (error.kind === 'internal' || error.kind === 'unavailable') this.logger.error({ err: thrown, method: request.method, route: request.routeOptions.url, requestId: request.id }, error.kind === 'internal' ? 'Unforeseen failure' : 'What requests need is away');
    if (reply.sent || reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    const retryAfter = error.details?.['retry_after'];
    if (typeof retryAfter === 'number') void reply.header('retry-after', String(retryAfter));
    void reply.code(error.status).type('application/json').send(toErrorBody(error, request.id));
  }
}

/** Failures that the framework raises before our code runs, by their codes. */
const frameworkErrors: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_content_type',
  FST_REQ_FILE_TOO_LARGE: 'body_too_large',
  FST_FILES_LIMIT: 'body_too_large',
  FST_PARTS_LIMIT: 'body_too_large',
  FST_FIELDS_LIMIT: 'body_too_large',
};

export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof HttpException) return fromStatus(thrown.getStatus(), thrown.message, thrown);
  if (isDatabaseOutage(thrown)) return new AppError('service_unavailable', undefined, { cause: thrown });
  if (!(thrown instanceof Error)) return new AppError('internal_error', undefined, { cause: thrown });
  const code = 'code' in thrown && typeof thrown.code === 'string' ? frameworkErrors[thrown.code] : undefined;
  if (code) return new AppError(code, undefined, { cause: thrown });
  const status = 'statusCode' in thrown && typeof thrown.statusCode === 'number' ? thrown.statusCode : 500;
  return fromStatus(status, thrown.message, thrown);
}

function fromStatus(status: number, message: string, cause: unknown): AppError {
  if (status === 404) return new AppError('not_found', undefined, { cause });
  if (status === 413) return new AppError('body_too_large', undefined, { cause });
  if (status === 415) return new AppError('unsupported_content_type', undefined, { cause });
  if (status >= 400 && status < 500) return new AppError('malformed_request', message, { cause });
  return new AppError('internal_error', undefined, { cause });
}
