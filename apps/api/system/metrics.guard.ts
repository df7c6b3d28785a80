import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Settings } from '#infra/config/settings';
import { SETTINGS } from '#infra/config/settings.module';
import { mayReadMetrics } from '#infra/metrics/metrics-token';
import { AppError } from '#kernel/app-error';

/** What tells about the process is not here when it has a port of its own, and may need a token. */
@Injectable()
export class MetricsGuard implements CanActivate {
  constructor(@Inject(SETTINGS) private readonly settings: Settings) {}

  /** @throws AppError not_found, invalid_api_key */
  canActivate(context: ExecutionContext): boolean {
    const { port, token } = this.settings.metrics;
    if (port !== null) throw new AppError('not_found');
    if (!mayReadMetrics(token, context.switchToHttp().getRequest<FastifyRequest>().headers.authorization)) throw new AppError('invalid_api_key', 'The metrics token is missing or wrong');
    return true;
  }
}
