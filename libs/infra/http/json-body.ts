import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppError } from '#kernel/app-error';
import { findJsonFault } from './json-fault.js';

/**
 * JSON bodies as Fastify reads them (`__proto__` and its kin are refused), with two differences: broken JSON is answered with the
 * place where it breaks, and no body at all is none, for many clients name the type on every call, also on DELETE.
 */
export function readJsonBodies(app: NestFastifyApplication, bodyLimit: number): void {
  const fastify = app.getHttpAdapter().getInstance();
  const parse = fastify.getDefaultJsonParser('error', 'error');
  app.useBodyParser('application/json', { bodyLimit }, (request, body, done) => {
    if (body.length === 0) return done(null, undefined);
    const text = body.toString('utf8');
    void parse(request as Parameters<typeof parse>[0], text, (error, value) => (error ? done(explain(text, error), undefined) : done(null, value)));
  });
  // Fastify would take a text for a body, and no route of ours wants one.
  fastify.removeContentTypeParser('text/plain');
}

function explain(text: string, cause: unknown): AppError {
  const fault = findJsonFault(text);
  if (!fault) return new AppError('malformed_request', 'The body has a key that no request may have (`__proto__`, or `constructor` with a `prototype`)', { cause });
  const { position, line, column } = fault;
  return new AppError('malformed_request', `The body is not valid JSON: line ${line}, column ${column} (position ${position})`, { details: { position, line, column }, cause });
}
