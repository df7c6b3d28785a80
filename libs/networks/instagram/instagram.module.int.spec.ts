import { Writable } from 'node:stream';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ClockModule } from '#infra/clock/clock.module';
import { readSettings } from '#infra/config/settings';
import { SettingsModule } from '#infra/config/settings.module';
import { createLogger } from '#infra/logging/logger';
import { LoggingModule } from '#infra/logging/logging.module';
import { runInContext } from '#infra/logging/request-context';
import { json, ScriptedGraph } from '#testing/scripted-graph';
import { InstagramNetwork } from './instagram-network.js';
import { InstagramModule } from './instagram.module.js';

let graph: ScriptedGraph;
beforeAll(async () => {
  graph = await ScriptedGraph.start();
});
afterAll(() => graph.stop());

it('gives Nest a network for the set address, whose calls are logged with the thread of the request and without the token', async () => {
  const settings = readSettings({ INSTAGRAM_GRAPH_URL: graph.url, INSTAGRAM_API_VERSION: 'v25.0', PUBLIC_URL: 'https://helio.example' });
  const lines: string[] = [];
  const destination = new Writable({ write: (chunk: Buffer, _encoding, done) => { lines.push(chunk.toString()); done(); } });
  const logger = createLogger({ name: 'test', level: 'debug', destination });
  @Module({ imports: [SettingsModule.for(settings), ClockModule.with(), LoggingModule.with(logger), InstagramModule] })
  class Root {}
  const app = await NestFactory.createApplicationContext(Root, { logger: false });
  graph.script(json(200, { permalink: 'https://www.instagram.com/p/x/' }));
  const network = app.get(InstagramNetwork);
  const permalink = await runInContext({ requestId: 'req-of-the-test' }, () => network.publishing.permalink({ accountId: '1', accessToken: 't0123456789' }, '5'));
  expect(permalink).toBe('https://www.instagram.com/p/x/');
  expect(graph.calls).toMatchObject([{ url: '/v25.0/5?fields=permalink' }]);
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ requestId: 'req-of-the-test', method: 'GET', httpStatus: 200 });
  expect(lines[0]).not.toContain('t0123456789');
  await app.close();
});
