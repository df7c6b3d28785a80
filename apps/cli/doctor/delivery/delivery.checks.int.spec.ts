import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, request, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MediaApiModule } from '#features/media/index';
import { ClockModule } from '#infra/clock/clock.module';
import { readSettings } from '#infra/config/settings';
import { SettingsModule } from '#infra/config/settings.module';
import { createHttpAdapter } from '#infra/http/http-server';
import { createValidationPipe } from '#infra/http/validation.pipe';
import { checkDelivery } from './delivery.checks.js';

@Module({})
class Root {}

/** Made for these tests, trusted by nobody. */
const certificate = `-----BEGIN CERTIFICATE-----
MIIBkDCCATagAwIBAgIURduU3bqTKASou0OJO6xmh2DrMhkwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyMjA3MzAyN1oYDzIxMjYxMDI5
MDczMDI3WjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQ8QLmFdw/Mw9qzFpD+PHG/IdYrqBvfpn3ecEMz91easmDvpSVal7t3
icnjqaCml6Ii/jTsMEvITZe9qel1V2Uio2QwYjAdBgNVHQ4EFgQUqDZ6QxJchRWl
qwgb0sAZNATML8IwHwYDVR0jBBgwFoAUqDZ6QxJchRWlqwgb0sAZNATML8IwDwYD
VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0gAMEUC
IQDTohm30IDQ370C3lLCigm/nSzw2risj0S47kF24fWJqQIgQOe+iITtIzYkNyuz
uKfTfKY0Jpb0wM2zcOjyJ41K4hU=
-----END CERTIFICATE-----`;
const privateKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg5PWEYvQgi7JZUK6g
T++9RUkUw+cbyp0rsvGKW/MNUTGhRANCAAQ8QLmFdw/Mw9qzFpD+PHG/IdYrqBvf
pn3ecEMz91easmDvpSVal7t3icnjqaCml6Ii/jTsMEvITZe9qel1V2Ui
-----END PRIVATE KEY-----`;

const encryptionKey = Buffer.alloc(32, 3);
const keys = [{ id: 'k1', key: encryptionKey }];
let dataDir: string;
let app: NestFastifyApplication;
let api: number;
const servers: Server[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'doctor-'));
  const settings = readSettings({ HELIOGRAPH_DATA: dataDir, ENCRYPTION_KEYS: `k1:${encryptionKey.toString('base64')}` });
  app = await NestFactory.create<NestFastifyApplication>({ module: Root, imports: [SettingsModule.for(settings), ClockModule.with(), MediaApiModule] }, createHttpAdapter(), { logger: false });
  app.useGlobalPipes(createValidationPipe());
  await app.listen(0, '127.0.0.1');
  api = (app.getHttpServer().address() as AddressInfo).port;
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});
afterAll(async () => {
  await app?.close();
  await rm(dataDir, { recursive: true, force: true });
});

type Interfere = (request: IncomingMessage, response: ServerResponse, pass: () => void) => void;

/** A proxy before the API which leaves some requests to `interfere`. @returns its address */
async function proxy(interfere: Interfere, isSecure = false): Promise<string> {
  const listener: RequestListener = (incoming, response) => interfere(incoming, response, () => {
    incoming.pipe(request({ host: '127.0.0.1', port: api, path: incoming.url, method: incoming.method, headers: incoming.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    }));
  });
  const server = isSecure ? createTlsServer({ cert: certificate, key: privateKey }, listener) : createServer(listener);
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return `${isSecure ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function failuresAt(PUBLIC_URL: string, more: Record<string, string> = {}): Promise<Record<string, string>> {
  const found = await checkDelivery(readSettings({ HELIOGRAPH_DATA: dataDir, PUBLIC_URL, ...more }), { keys, isRunning: true, timeoutMs: 1_000 });
  const failed = found.filter(({ state }) => state === 'fail');
  for (const { remedy } of failed) expect(remedy).toMatch(/\.$/);
  const left = await readdir(join(dataDir, 'media'), { recursive: true, withFileTypes: true });
  expect(left.filter((entry) => entry.isFile())).toEqual([]);
  return Object.fromEntries(failed.map(({ subject, detail }) => [subject, detail]));
}

const isMedia = (url: string | undefined): boolean => url?.startsWith('/media/') === true;
const answerWith = (status: number, headers: Record<string, string>, body = ''): Interfere => (incoming, response, pass) =>
  isMedia(incoming.url) ? void response.writeHead(status, headers).end(body) : pass();
/** The API's answer with something changed. */
const changing = (change: (response: ServerResponse, body: Buffer, status: number) => void): Interfere => (incoming, response, pass) => {
  if (!isMedia(incoming.url)) return pass();
  request({ host: '127.0.0.1', port: api, path: incoming.url, method: incoming.method, headers: incoming.headers }, (answer) => {
    const chunks: Buffer[] = [];
    for (const name of ['content-type', 'content-length', 'content-range']) if (answer.headers[name]) response.setHeader(name, answer.headers[name]);
    answer.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => change(response, Buffer.concat(chunks), answer.statusCode ?? 0));
  }).end();
};

const faults: readonly [string, Interfere, Record<string, RegExp>][] = [
  ['redirects', answerWith(301, { location: 'https://www.example.com/' }), { GET: /redirected \(301\) to https:\/\/www/, HEAD: /redirected/, Range: /redirected/ }],
  ['asks for a password', answerWith(401, { 'www-authenticate': 'Basic' }), { GET: /password/, HEAD: /password/, Range: /password/ }],
  ['answers with a bot check', answerWith(403, { 'content-type': 'text/html' }, '<!DOCTYPE html>Just a moment'), { GET: /403\) with a web page/, HEAD: /403/, Range: /403/ }],
  ['answers a page with 200', answerWith(200, { 'content-type': 'text/html' }, '<html>Log in'), { GET: /a web page came/, HEAD: /a web page/, Range: /whole file/ }],
  ['knows no such file', answerWith(404, {}), { GET: /404/, HEAD: /404/, Range: /404/ }],
  ['says another type', changing((response, body, status) => response.setHeader('content-type', 'application/octet-stream').writeHead(status).end(body)), { GET: /Content-Type is application\/octet-stream/, HEAD: /Content-Type/ }],
  ['says no length', changing((response, body, status) => { response.removeHeader('content-length'); response.writeHead(status, { 'transfer-encoding': 'chunked' }).end(body); }), { GET: /Content-Length is missing/, HEAD: /Content-Length is missing/ }],
  ['compresses', changing((response, body, status) => { response.removeHeader('content-length'); response.writeHead(status, { 'content-encoding': 'gzip' }).end(gzipSync(body)); }), { GET: /compressed \(gzip\)/, HEAD: /compressed/, Range: /other bytes/ }],
  ['changes the bytes', changing((response, body, status) => response.writeHead(status).end(body.fill(7))), { GET: /not those that were stored/, Range: /other bytes/ }],
  ['knows no HEAD', (incoming, response, pass) => (incoming.method === 'HEAD' ? void response.writeHead(405).end() : pass()), { HEAD: /answered 405/ }],
  ['knows no Range', (incoming, _response, pass) => { delete incoming.headers.range; pass(); }, { Range: /whole file came/ }],
  ['forbids by robots.txt', (incoming, response, pass) => (isMedia(incoming.url) ? pass() : void response.writeHead(200, { 'content-type': 'text/plain' }).end('User-agent: meta-externalagent\nDisallow: /media/\n')), { 'robots.txt': /forbids \/media\/ to meta-externalagent$/ }],
  ['hides robots.txt', (incoming, response, pass) => (isMedia(incoming.url) ? pass() : void response.writeHead(403).end()), { 'robots.txt': /answers 403/ }],
  ['is slow', (incoming, _response, pass) => (isMedia(incoming.url) && incoming.method === 'GET' && !incoming.headers.range ? undefined : pass()), { GET: /took too long/ }],
  ['cuts the connection', (incoming, response, pass) => (incoming.method === 'HEAD' ? response.destroy() : pass()), { HEAD: /connection failed or was cut/ }],
];

describe('the doctor at PUBLIC_URL', () => {
  it('finds nothing wrong with the API itself, and says that Instagram cannot come here', async () => {
    const url = await proxy((_request, _response, pass) => pass());
    expect(await failuresAt(url)).toEqual({});
    const found = await checkDelivery(readSettings({ HELIOGRAPH_DATA: dataDir, PUBLIC_URL: url }), { keys, isRunning: true });
    expect(found.map(({ subject }) => subject)).toEqual(['Public URL', 'Link', 'robots.txt', 'GET', 'HEAD', 'Range']);
    expect(found[0]?.detail).toContain('only reachable from this machine');
  });

  it.each(faults)('notices a proxy that %s', async (_name, interfere, expected) => {
    const failures = await failuresAt(await proxy(interfere));
    expect(Object.keys(failures)).toEqual(Object.keys(expected));
    for (const [subject, detail] of Object.entries(expected)) expect(failures[subject]).toMatch(detail);
  });

  it('notices a certificate that nobody trusts', async () => {
    expect(await failuresAt(await proxy((_request, _response, pass) => pass(), true))).toEqual({ 'Public URL': expect.stringMatching(/certificate is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)/) });
  });

  it.each([['http://media.example.com', /is not https/], ['https://127.0.0.1:3000', /does not lead to the public internet/], ['https://nowhere.invalid', /host name does not exist/]])(
    'does not let %s pass for the real Instagram', async (PUBLIC_URL, detail) => {
      expect(await failuresAt(PUBLIC_URL, { INSTAGRAM_API_VERSION: 'v25.0', EGRESS_ALLOW: '127.0.0.0/8' })).toEqual({ 'Public URL': expect.stringMatching(detail) });
    },
  );

  it('notices keys other than those of the API', async () => {
    const url = await proxy((_request, _response, pass) => pass());
    const found = await checkDelivery(readSettings({ HELIOGRAPH_DATA: dataDir, PUBLIC_URL: url }), { keys: [{ id: 'k1', key: Buffer.alloc(32, 9) }], isRunning: true });
    expect(found.filter(({ state }) => state === 'fail').map(({ subject }) => subject)).toEqual(['GET', 'HEAD', 'Range']);
  });

  it('looks again later when the sandbox plays Instagram and nothing runs', async () => {
    const settings = readSettings({ HELIOGRAPH_DATA: dataDir, PUBLIC_URL: 'http://127.0.0.1:9' });
    expect(await checkDelivery(settings, { keys, isRunning: false })).toMatchObject([{ state: 'ok' }]);
    expect(await checkDelivery(settings, { keys, isRunning: true })).toMatchObject([{ state: 'fail', subject: 'Public URL' }]);
  });
});
