import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, of, type Observable } from 'rxjs';
import { AppError } from '#kernel/app-error';
import { Clock } from '#kernel/clock';
import { isDatabaseOutage } from '#infra/database/outage';
import { Logger } from '#infra/logging/logger';
import { findContext } from '#infra/logging/request-context';
import { fingerprintOf } from './fingerprint.js';
import { rememberClaim, type IdempotencyClaim } from './idempotency-claim.js';
import { claimLength, IdempotencyRepository } from './idempotency.repository.js';

const readingMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * `Idempotency-Key` on any write: the first request runs, a repetition gets the first one's answer. The answer is stored by `UnitOfWork`
 * in the transaction of the change; here only where there is none. It runs after the guards and after the body has been read.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly keys: IdempotencyRepository,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const header = request.headers['idempotency-key'];
    if (header === undefined || readingMethods.has(request.method)) return next.handle();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const key = readKey(header);
    const { workspaceId, scope } = findContext() ?? {};
    if (!workspaceId || !scope) throw new Error('An idempotency key on a route without the key guard');
    const outcome = await this.keys.claim(workspaceId, key, fingerprintOf(request, scope), this.clock.now());
    if (outcome.kind === 'in_flight') {
      void reply.header('retry-after', '1');
      throw new AppError('idempotency_key_in_flight');
    }
    if (outcome.kind === 'other_request') throw new AppError('idempotency_key_reused');
    if (outcome.kind === 'unreadable') throw new AppError('state_conflict', 'The request was carried out, and its answer can no longer be read');
    if (outcome.kind === 'answered') {
      void reply.code(outcome.status).header('idempotent-replayed', 'true');
      return of(outcome.answer);
    }
    // Asked for when the answer is stored: a handler may have chosen another than its route's usual one.
    const claim: IdempotencyClaim = { workspaceId, key, token: outcome.token, isAnswered: false, get status() { return reply.statusCode; } };
    return from(this.answer(claim, next));
  }

  private async answer(claim: IdempotencyClaim, next: CallHandler): Promise<unknown> {
    rememberClaim(claim);
    const renewal = setInterval(() => void this.renew(claim), claimLength / 3);
    try {
      const body: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
      if (!claim.isAnswered && !(await this.keys.complete(claim, body))) throw new AppError('idempotency_key_in_flight');
      return body;
    } catch (error) {
      if (!claim.isAnswered) await this.release(claim);
      throw error;
    } finally {
      clearInterval(renewal);
    }
  }

  private async renew(claim: IdempotencyClaim): Promise<void> {
    try {
      await this.keys.renew(claim, this.clock.now());
    } catch (error) {
      this.logger.warn({ err: error }, 'An idempotency key could not be held on to; a repetition may run from now on');
    }
  }

  /** What the client should read is why its request failed, not that its key goes on waiting. */
  private async release(claim: IdempotencyClaim): Promise<void> {
    for (let isFirst = true; ; isFirst = false) {
      try {
        return await this.keys.release(claim);
      } catch (error) {
        // A connection that breaks at a commit returns to the pool and fails once more, for whoever is next: that is us.
        if (isFirst && isDatabaseOutage(error)) continue;
        return this.logger.warn({ err: error }, 'An idempotency key could not be released; it frees itself within a minute');
      }
    }
  }
}

function readKey(header: string | string[]): string {
  if (typeof header === 'string' && /^[\x21-\x7e]{1,255}$/.test(header)) return header;
  throw new AppError('idempotency_key_invalid');
}
