import { Global, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ClockModule } from '#infra/clock/clock.module';
import { readSettings } from '#infra/config/settings';
import { SettingsModule } from '#infra/config/settings.module';
import { json, ScriptedGraph } from '#testing/scripted-graph';
import type { CallReport } from './graph/graph-call.js';
import { InstagramNetwork } from './instagram-network.js';
import { INSTAGRAM_CALL_OBSERVER, InstagramModule } from './instagram.module.js';

const reports: CallReport[] = [];

@Global()
@Module({ providers: [{ provide: INSTAGRAM_CALL_OBSERVER, useValue: (report: CallReport) => reports.push(report) }], exports: [INSTAGRAM_CALL_OBSERVER] })
class ObserverModule {}

let graph: ScriptedGraph;
beforeAll(async () => {
  graph = await ScriptedGraph.start();
});
afterAll(() => graph.stop());

it.each([['with', [ObserverModule], 1], ['without', [], 0]] as const)('gives Nest a network for the set address, %s an observer', async (_name, more, observed) => {
  reports.length = 0;
  const settings = readSettings({ INSTAGRAM_GRAPH_URL: graph.url, INSTAGRAM_API_VERSION: 'v25.0', PUBLIC_URL: 'https://helio.example' });
  @Module({ imports: [SettingsModule.for(settings), ClockModule.with(), InstagramModule, ...more] })
  class Root {}
  const app = await NestFactory.createApplicationContext(Root, { logger: false });
  graph.script(json(200, { permalink: 'https://www.instagram.com/p/x/' }));
  const network = app.get(InstagramNetwork);
  expect(await network.publishing.permalink({ accountId: '1', accessToken: 't0123456789' }, '5')).toBe('https://www.instagram.com/p/x/');
  expect(graph.calls).toMatchObject([{ url: '/v25.0/5?fields=permalink' }]);
  expect(reports).toHaveLength(observed);
  await app.close();
});
