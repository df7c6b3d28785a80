import { Readable } from 'node:stream';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '#kernel/app-error';
import { streamedBodyOf, usualBodyLimit } from './body-limit.decorator.js';
import { findJsonFault } from './json-fault.js';

/**
 * JSON bodies as Fastify reads them (`__proto__` and its kin are refused), with two differences: broken JSON is answered with the
 * place where it breaks, and no body at all is none, for many clients name the type on every call, also on DELETE.
 */
export function readJsonBodies(app: NestFastifyApplication, bodyLimit: number): void {
  const fastify = app.getHttpAdapter().getInstance();
  const parse = jsonParser(fastify);
  app.useBodyParser('application/json', { bodyLimit }, (request, body, done) => {
    if (body.length === 0) return done(null, undefined);
    if (isReadAhead(request as FastifyRequest) && mayHoldFiles(body)) return done(null, new UnscannedJson(body));
    const text = body.toString('utf8');
    void parse(request as Parameters<typeof parse>[0], text, (error, value) => (error ? done(explain(text, error), undefined) : done(null, value)));
  });
  // Fastify would take a text for a body, and no route of ours wants one.
  fastify.removeContentTypeParser('text/plain');
  leaveStreamed(fastify);
}

/** A small body of a route that would read it itself, which may bring files: the route looks for them in it. */
export class UnscannedJson {
  constructor(readonly bytes: Buffer) {}
}

/** Whether a route that reads JSON itself finds it read: it is no larger than what every other route takes, and so fills no disk. */
export function isReadAhead(request: FastifyRequest): boolean {
  if (streamedBodyOf(request) !== 'json') return false;
  const { 'content-length': length, 'content-type': type = '', 'transfer-encoding': encoding } = request.headers;
  return encoding === undefined && Number(length) <= usualBodyLimit && /^application\/json\s*(;|$)/i.test(type);
}

/** Both ways to send a file in JSON name it so. */
function mayHoldFiles(body: Buffer): boolean {
  return /base64/i.test(body.toString('latin1'));
}

/** A route that reads its body itself finds it unread, after the guards: who has no key fills no disk. */
function leaveStreamed(fastify: FastifyInstance): void {
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    if (streamedBodyOf(request) === null || isReadAhead(request)) return done(null, payload);
    const nothing: Readable & { receivedEncodedLength?: number } = Readable.from([]);
    const length = Number(request.headers['content-length']);
    if (length > 0) nothing.receivedEncodedLength = length; // else Fastify compares what it is told with what it got
    done(null, nothing);
  });
  // What was refused before its end goes on coming: the connection is of no use to a next request, which would wait behind it.
  fastify.addHook('onSend', (request, reply, payload, done) => {
    if (streamedBodyOf(request) !== null && !request.raw.complete) void reply.header('connection', 'close');
    done(null, payload);
  });
  fastify.addContentTypeParser('*', (request, _payload, done) => {
    if (streamedBodyOf(request) === 'any') done(null, undefined);
    else done(new AppError('unsupported_content_type'), undefined);
  });
}

/** `isWhole`: the text is the body, so that places in it are places in the body. */
export function parseJson(request: FastifyRequest, text: string, { isWhole }: { isWhole: boolean }): Promise<unknown> {
  const parse = jsonParser(request.server);
  return new Promise((resolve, reject) => {
    void parse(request, text, (error: Error | null, value?: unknown) => {
      if (!error) resolve(value);
      else reject(isWhole ? explain(text, error) : new AppError('malformed_request', 'The body is not valid JSON', { cause: error }));
    });
  });
}

function jsonParser(fastify: FastifyInstance): ReturnType<FastifyInstance['getDefaultJsonParser']> {
  return fastify.getDefaultJsonParser('error', 'error');
}

function explain(text: string, cause: unknown): AppError {
  const fault = findJsonFault(text);
  if (!fault) return new AppError('malformed_request', 'The body has a key that no request may have (`__proto__`, or `constructor` with a `prototype`)', { cause });
  const { position, line, column } = fault;
  return new AppError('malformed_request', `The body is not valid JSON: line ${line}, column ${column} (position ${position})`, { details: { position, line, column }, cause });
}
