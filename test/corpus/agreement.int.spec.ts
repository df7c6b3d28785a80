import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFfmpegBinary } from '#testing/ffmpeg-binary';
import { LoopbackMediaHost, type Responder } from '#testing/loopback-media-host';
import { makeJpeg } from '#testing/media/make-image';
import { TestSandbox } from '#testing/sandbox';
import { LiveApi } from '../http/live-api.js';
import { corpus } from './corpus.js';
import { ruleId, type CorpusFile, type PostedAs } from './corpus-file.js';
import { judgeByApi, type DeliveredFile, type Judgement } from './heliograph-verdict.js';
import { NetworkJudge } from './network-verdict.js';
import { Workshop } from './workshop.js';

let [documented, lenient, withFfmpeg]: [LiveApi, LiveApi, LiveApi] = [undefined as never, undefined as never, undefined as never];
let [sandbox, network, host, workshop]: [TestSandbox, NetworkJudge, LoopbackMediaHost, Workshop] = [undefined as never, undefined as never, undefined as never, undefined as never];
let [other, film] = ['', ''];
/** Rules by which only Meta's documentation refuses: warnings by default, errors under `MEDIA_LIMITS=documented`. */
let doubtful: ReadonlySet<string> = new Set();

beforeAll(async () => {
  const ffmpeg = await findFfmpegBinary();
  [documented, lenient, withFfmpeg, sandbox, host, workshop] = await Promise.all([
    LiveApi.start(1, null, { MEDIA_LIMITS: 'documented', FFMPEG_PATH: 'off' }),
    LiveApi.start(1, null, { FFMPEG_PATH: 'off' }),
    LiveApi.start(1, null, { MEDIA_LIMITS: 'documented', FFMPEG_PATH: ffmpeg }),
    TestSandbox.start(), LoopbackMediaHost.start(), Workshop.open(),
  ]);
  other = host.serve('/other.jpg', await makeJpeg({ width: 320, height: 320 }), 'image/jpeg');
  film = host.serve('/film.mp4', await workshop.reel(), 'video/mp4');
  network = new NetworkJudge(sandbox, { other, film });
  doubtful = await doubtfulRules();
}, 300_000);
afterAll(() => Promise.all([documented?.close(), lenient?.close(), withFfmpeg?.close(), sandbox?.close(), host?.stop(), workshop?.close()]));

interface Threshold {
  readonly severity: string;
  readonly limit: number | null;
  readonly values: readonly string[] | null;
}

async function doubtfulRules(): Promise<Set<string>> {
  const read = async (api: LiveApi): Promise<Map<string, readonly Threshold[]>> => {
    const answer = await api.send({ method: 'GET', operationId: 'listRules', url: '/api/rules', headers: { authorization: `Bearer ${api.key}` }, body: null });
    const { data } = JSON.parse(answer.text) as { data: { id: string; thresholds: Threshold[] }[] };
    return new Map(data.map(({ id, thresholds }) => [id, thresholds]));
  };
  const [usual, strict] = await Promise.all([read(lenient), read(documented)]);
  const figure = ({ limit, values }: Threshold): string => JSON.stringify([limit, values]);
  const isDoubtful = (id: string): boolean => {
    const errors = new Set(strict.get(id)?.filter(({ severity }) => severity === 'error').map(figure));
    return usual.get(id)?.some((threshold) => threshold.severity === 'warning' && errors.has(figure(threshold))) ?? false;
  };
  return new Set([...usual.keys()].filter(isDoubtful));
}

const fromDisk = (path: string, contentType: string): Responder => (_request, response) => {
  void stat(path).then(({ size }) => {
    response.writeHead(200, { 'content-type': contentType, 'content-length': size });
    createReadStream(path).pipe(response);
  }, (error: unknown) => response.destroy(error instanceof Error ? error : new Error(String(error))));
};

function serve(content: Uint8Array | string, contentType: string): string {
  const address = `/${randomUUID()}`;
  return typeof content === 'string' ? host.on(address, fromDisk(content, contentType)) : host.serve(address, content, contentType);
}

const typeOf = ({ pretends }: CorpusFile): string => (pretends === 'image' ? 'image/jpeg' : 'video/mp4');
const postings = ({ verdicts }: CorpusFile): PostedAs[] => Object.keys(verdicts) as PostedAs[];
const told = ({ isTaken, rules }: Pick<Judgement, 'isTaken' | 'rules'>): string => [isTaken ? 'taken' : 'refused', ...rules].join(' ');

function sendDelivered(posted: PostedAs, { path, contentType }: DeliveredFile): Promise<string> {
  return network.publish(posted, { url: serve(path, contentType), kind: contentType.startsWith('video/') ? 'video' : 'image' });
}

/** The file as it came, by the door of what it pretends to be, with a header that does not give it away. */
function sendRaw(file: CorpusFile, content: Uint8Array | string, posted: PostedAs): Promise<string> {
  return network.publish(posted, { url: serve(content, typeOf(file)), kind: file.pretends });
}

describe('the corpus', () => {
  it('has at least 120 files, each with a name of its own', () => {
    expect(corpus.length).toBeGreaterThanOrEqual(120);
    expect(new Set(corpus.map(({ name }) => name)).size).toBe(corpus.length);
  });

  it.each(corpus)('$name', async (file) => {
    const content = await file.make(workshop);
    const url = serve(content, file.servedAs ?? typeOf(file));
    let encoded: DeliveredFile | null = null;
    for (const posted of postings(file)) {
      const seen = `${file.name} as ${posted}`;
      const ours = await judgeByApi(documented, posted, { url, other, film });
      const expected = file.verdicts[posted];
      expect(`${seen}: ${told(ours)}`).toBe(`${seen}: ${expected ? told({ ...expected, rules: expected.rules.map((rule) => ruleId(posted, rule)).sort() }) : ''}`);
      if (ours.delivered) expect(`${seen}: ${await sendDelivered(posted, ours.delivered)}`).toBe(`${seen}: published`);
      else if (file.own) expect(`${seen}: ${await sendRaw(file, content, posted)}`).toBe(`${seen}: published`);
      else expect(`${seen}: ${await sendRaw(file, content, posted)}`).not.toBe(`${seen}: published`);
      if (!file.isLarge) await agreeByDefault(file, posted, { url, content, documented: ours });
      if (!file.isLarge && isMendable(ours)) encoded = await agreeWithFfmpeg({ seen, posted, url, encoded });
    }
    if (typeof content === 'string') await rm(content);
  }, 180_000);
});

interface Looked {
  readonly url: string;
  readonly content: Uint8Array | string;
  readonly documented: Judgement;
}

/** Taken by us and refused by the network is exactly what carries a warning of a documented limit. */
async function agreeByDefault(file: CorpusFile, posted: PostedAs, looked: Looked): Promise<void> {
  const seen = `${file.name} as ${posted}, by default`;
  const ours = await judgeByApi(lenient, posted, { url: looked.url, other, film });
  if (!ours.delivered) {
    expect(`${seen}: ${told(looked.documented)}`).toContain(`${seen}: refused`);
    return;
  }
  const isWarned = ours.rules.some((rule) => doubtful.has(rule));
  const isSame = looked.documented.delivered && basename(looked.documented.delivered.path) === basename(ours.delivered.path);
  const outcome = isSame ? 'published' : await sendDelivered(posted, ours.delivered);
  expect(`${seen}, warned of ${ours.rules.join()}: ${outcome === 'published'}`).toBe(`${seen}, warned of ${ours.rules.join()}: ${!isWarned}`);
}

/** What encoding again can mend. */
const encodable = /\.(edit_list|video_codec|audio_codec|chroma|scan|frame_rate_min|frame_rate_max|video_width_max|bit_rate_max|audio_channels_max|audio_sample_rate_max)$/;

function isMendable({ isTaken, rules }: Judgement): boolean {
  return isTaken ? rules.includes('media.not_transcoded') : rules.every((rule) => encodable.test(rule));
}

/** Encoded for the first way it is posted; what comes of it must suit the others, too. */
async function agreeWithFfmpeg({ seen, posted, url, encoded }: { seen: string; posted: PostedAs; url: string; encoded: DeliveredFile | null }): Promise<DeliveredFile | null> {
  if (encoded) {
    expect(`${seen}, encoded: ${await sendDelivered(posted, encoded)}`).toBe(`${seen}, encoded: published`);
    return encoded;
  }
  const ours = await judgeByApi(withFfmpeg, posted, { url, other, film });
  expect(`${seen}: ${told(ours)}`).toContain(`${seen}: taken media.transcoded`);
  if (ours.delivered) expect(`${seen}: ${await sendDelivered(posted, ours.delivered)}`).toBe(`${seen}: published`);
  return ours.delivered;
}
