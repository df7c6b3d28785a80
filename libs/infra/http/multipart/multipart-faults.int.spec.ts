import { Readable } from 'node:stream';
import fastifyMultipart from '@fastify/multipart';
import type { CallHandler, ExecutionContext } from '@nestjs/common';
import fastify, { type FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import type { Logger } from '#infra/logging/logger';
import type { TempArea } from '#infra/storage/temp-area';
import { receiveJson } from './json-files.js';
import { MultipartInterceptor } from './multipart.interceptor.js';

/** As much of a thing as the code under test asks of it. */
const stub = <T>(part: unknown): T => part as T;

const nowhere = '/nonexistent/folder';
const limits = { bodyBytes: 1_000_000, textBytes: 1_000_000, files: 20 };
const missing = { code: 'ENOENT' };

describe('a disk that takes nothing', () => {
  it('is not held against the sender of JSON', async () => {
    const raw = Readable.from([Buffer.from('{"media":["data:image/jpeg;base64,AAAA"'), Buffer.from(']}')]);
    await expect(receiveJson(stub<FastifyRequest>({ raw }), () => Promise.resolve(nowhere), limits)).rejects.toMatchObject(missing);
  });

  it('is not held against the sender of a form', async () => {
    const temp = stub<TempArea>({ create: () => Promise.resolve(nowhere), remove: () => Promise.resolve() });
    const interceptor = new MultipartInterceptor(temp, {} as Logger);
    const app = fastify();
    await app.register(fastifyMultipart);
    let failure: unknown;
    app.post('/', async (request) => {
      const context = stub<ExecutionContext>({ switchToHttp: () => ({ getRequest: () => request }) });
      await interceptor.intercept(context, {} as CallHandler).catch((error: unknown) => (failure = error));
      return {};
    });
    const payload = '--x\r\nContent-Disposition: form-data; name="media[]"; filename="a"\r\n\r\nbytes\r\n--x--\r\n';
    await app.inject({ method: 'POST', url: '/', headers: { 'content-type': 'multipart/form-data; boundary=x' }, payload });
    expect(failure).toMatchObject(missing);
    await app.close();
  });
});
