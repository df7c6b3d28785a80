import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../server.js';
import { ControlClient } from '../testing/control-client.fixture.js';
import { type Answer, GraphClient, type Params, send } from '../testing/graph-client.fixture.js';
import { jpeg, type MediaHost, png, startMediaHost } from '../testing/media-host.fixture.js';

/** Preset, HTTP status, code, subcode: written by hand from the reference, which is why the sandbox's own table is not read. */
type Row = [preset: string, status: number, code: number, subcode?: number];

/** §2.3. A `*` behind a row: the sandbox has a natural cause for it too, tested below or in the suites of media, publishing and quotas. */
const PUBLISHING: Row[] = [
  ['-2/2207003', 400, -2, 2207003], // * media-limits
  ['-2/2207020', 400, -2, 2207020],
  ['-1/2207001', 500, -1, 2207001],
  ['-1/2207032', 400, -1, 2207032],
  ['-1/2207053', 400, -1, 2207053],
  ['-1/2207073', 400, -1, 2207073], // *
  ['1', 500, 1],
  ['1/2207057', 400, 1, 2207057], // *
  ['2', 500, 2],
  ['4', 400, 4], // *
  ['4/2207051', 400, 4, 2207051],
  ['9/2207042', 400, 9, 2207042], // *
  ['10', 403, 10], // *
  ['200', 403, 200],
  ['201', 403, 201],
  ['299', 403, 299],
  ['24/2207006', 400, 24, 2207006], // *
  ['24/2207008', 400, 24, 2207008], // *
  ['25/2207050', 400, 25, 2207050], // *
  ['100', 400, 100], // *
  ['100/33', 400, 100, 33], // *
  ['100/2207018', 400, 100, 2207018], // *
  ['100/2207023', 400, 100, 2207023], // *
  ['100/2207028', 400, 100, 2207028], // *
  ['100/2207035', 400, 100, 2207035], // *
  ['100/2207036', 400, 100, 2207036], // *
  ['100/2207037', 400, 100, 2207037], // *
  ['100/2207040', 400, 100, 2207040], // *
  ['352/2207026', 400, 352, 2207026], // as a status text only: media-limits
  ['9004/2207052', 400, 9004, 2207052], // *
  ['9007/2207027', 400, 9007, 2207027], // *
  ['36000/2207004', 400, 36000, 2207004], // *
  ['36001/2207005', 400, 36001, 2207005], // *
  ['36003/2207009', 400, 36003, 2207009], // *
  ['36004/2207010', 400, 36004, 2207010], // *
  ['INSTAGRAM_PLATFORM_API__INVALID_LOCATION_ID', 400, 100], // *
  ['INSTAGRAM_PLATFORM_API__INVALID_PARAM', 400, 100],
  ['INSTAGRAM_PLATFORM_API__PERMISSION', 400, 100],
  ['10/9053', 403, 10, 9053],
  ...[9050, 9051, 9052, 9054, 9055, 9056, 9057, 9058, 9059, 9060, 9061, 9062, 9063, 9064].map((subcode): Row => [`100/${String(subcode)}`, 400, 100, subcode]),
];

/** §2.4. */
const ACCESS: Row[] = [
  ['102', 401, 102],
  ['190', 400, 190], // *
  ['190/458', 401, 190, 458], // *
  ['190/459', 401, 190, 459], // *
  ['190/460', 401, 190, 460],
  ['190/463', 401, 190, 463], // *
  ['190/464', 401, 190, 464],
  ['190/467', 401, 190, 467],
  ['190/490', 401, 190, 490],
  ['190/492', 401, 190, 492],
  ['3', 400, 3],
  ['17', 400, 17], // *
  ['32', 400, 32], // *
  ['341', 400, 341],
  ['613', 400, 613], // *
  ['613/1996', 400, 613, 1996],
  ['80000', 400, 80000],
  ['80001', 400, 80001],
  ['80002', 400, 80002], // *
  ['80003', 400, 80003],
  ['80004', 400, 80004],
  ['80004/2446079', 400, 80004, 2446079],
  ['80005', 400, 80005],
  ['80006', 400, 80006],
  ['80008', 400, 80008],
  ['80009', 400, 80009],
  ['80014', 400, 80014],
  ['368', 400, 368],
  ['506', 400, 506],
  ['2500', 400, 2500], // *
  ['1609005', 400, 1609005],
];

/** §2.5. Its rows 2 and 3 stand above; none has a natural cause before there are messages. */
const MESSAGING: Row[] = [
  ['1/99', 400, 1, 99],
  ['1/1357046', 400, 1, 1357046],
  ['2/1545133', 400, 2, 1545133],
  ['10/2018278', 403, 10, 2018278],
  ['10/2534022', 403, 10, 2534022],
  ['10/2018065', 403, 10, 2018065],
  ['10/2018108', 403, 10, 2018108],
  ['10/1893063', 403, 10, 1893063],
  ['100/2534014', 400, 100, 2534014],
  ['100/2534015', 400, 100, 2534015],
  ['100/2534025', 400, 100, 2534025],
  ['100/2534029', 400, 100, 2534029],
  ['100/2534037', 400, 100, 2534037],
  ['100/2534001', 400, 100, 2534001],
  ['100/2534013', 400, 100, 2534013],
  ['100/2534068', 400, 100, 2534068],
  ['100/2018047', 400, 100, 2018047],
  ['200/2534041', 403, 200, 2534041],
  ['200/1545041', 403, 200, 1545041],
  ['551/1545041', 400, 551, 1545041],
  ['613/2534040', 400, 613, 2534040],
  ['230', 403, 230],
  ['10900', 400, 10900],
  ['10901', 400, 10901],
  ['10902', 400, 10902],
  ['10903', 400, 10903],
];
const ALL = [[PUBLISHING, '§2.3'] as const, [ACCESS, '§2.4'] as const, [MESSAGING, '§2.5'] as const]
  .flatMap(([rows, section]) => rows.map((row): [section: string, ...Row] => [section, ...row]));

describe('Errors', () => {
  let sandbox: Sandbox;
  let control: ControlClient;
  let host: MediaHost;
  let photo: string;
  let me: GraphClient;

  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0 });
    control = new ControlClient(sandbox.url);
    host = await startMediaHost();
    photo = host.put(await jpeg(), 'image/jpeg');
    me = await control.account();
  });
  afterEach(() => control.delete('/faults'));
  afterAll(async () => {
    await sandbox.close();
    await host.close();
  });

  /** The answer of one call under a preset. */
  const scripted = async (preset: string, params: Record<string, string> = {}, client = me): Promise<Answer> => {
    expect((await control.post('/faults', { match: { path: '/me', account: client.userId }, fault: { kind: 'error', preset } })).status).toBe(201);
    return client.get('/me', params);
  };

  describe('every row by its preset', () => {
    it.each(ALL)('%s %s answers HTTP %i', async (_section, preset, status, code, subcode) => {
      const answer = await scripted(preset);
      expect([answer.status, answer.at('error', 'code'), answer.at('error', 'error_subcode')]).toEqual([status, code, subcode]);
      expect([answer.text('error', 'message'), answer.text('error', 'type'), answer.text('error', 'fbtrace_id')]).toEqual([
        expect.stringMatching(/\S/u), expect.stringMatching(/^(?:OAuth|IGApi|GraphMethod|FacebookApi)Exception$/u), expect.stringMatching(/^A[\w-]{10,}$/u),
      ]);
    });

    it('§2.3 exception names stand in the message of code 100', async () => {
      for (const name of ['INVALID_LOCATION_ID', 'INVALID_PARAM', 'PERMISSION']) {
        expect((await scripted(`INSTAGRAM_PLATFORM_API__${name}`)).text('error', 'message')).toContain(`INSTAGRAM_PLATFORM_API__${name}`);
      }
    });

    it('§2.1 9007 says "Media ID is not available" and tells people that it is not ready', async () => {
      const answer = await scripted('9007/2207027');
      expect([answer.text('error', 'message'), answer.text('error', 'error_user_msg')]).toEqual(['Media ID is not available', expect.stringContaining('not ready')]);
    });

    it.each(['2207076', '2207077', '2207081', '2207082', '2207085', '2207069'])('§2.3 status text %s: the call succeeds, the container goes from IN_PROGRESS to ERROR', async (subcode) => {
      const fresh = await control.account({}, { processing_ms: 60_000 });
      await control.post('/faults', { match: { method: 'POST', path: '/*/media', account: fresh.userId }, fault: { kind: 'error', preset: `status/${subcode}` } });
      const container = await fresh.create({ image_url: photo });
      expect(container.outcome).toBe('ok');
      expect(await fresh.status(container.text('id'))).toBe('IN_PROGRESS');
      await control.advance(60_000);
      const read = await fresh.get(`/${container.text('id')}`, { fields: 'status_code,status' });
      expect([read.at('status_code'), read.at('status')]).toEqual(['ERROR', `Error: Media upload has failed with error code ${subcode}`]);
    });
  });

  describe('natural causes', () => {
    const container = async (client: GraphClient): Promise<string> => (await client.create({ image_url: photo })).text('id');
    const facebook = async (client: GraphClient): Promise<GraphClient> => {
      const accounts = (await control.get('/accounts')).list('data').map((row) => ({ user_id: '', facebook: { user_token: '' }, ...Object(row) as object }));
      const token = accounts.find((row) => row.user_id === client.userId)?.facebook.user_token ?? '';
      return new GraphClient(`${sandbox.url}/graph.facebook.com`, token, client.userId, client.username);
    };
    /** `photo` is known only when the tests run. */
    const create = (params: () => Params) => (): Promise<Answer> => me.create(params());
    const set = (settings: Params) => async (): Promise<GraphClient> => control.account({}, settings);
    const getMe = (settings: Params) => async (): Promise<Answer> => (await set(settings)()).get('/me');
    const tagged = (tags: object[], type: string) => async (): Promise<Answer> => (await facebook(me)).create({ product_tags: tags, ...(type === 'REELS' ? { media_type: type, video_url: photo } : { image_url: photo }) });

    it.each<[fact: string, outcome: string, cause: () => Promise<Answer>]>([
      ['§2.3 24/2207008: a creation id that does not exist', '24/2207008', () => me.publish('17880000000000001')],
      ['§2.3 24/2207006: a container of somebody else', '24/2207006', async () => me.publish(await container(await control.account()))],
      ['§2.3 9007/2207027: published too soon', '9007/2207027', async () => { const slow = await set({ processing_ms: 60_000 })(); return slow.publish(await container(slow)); }],
      ['§2.3 9/2207042: the quota is used', '9/2207042', async () => { const full = await set({ processing_ms: 0, quota_total: 0 })(); return full.publish(await container(full)); }],
      ['§2.3 25/2207050: a restricted account', '25/2207050', async () => (await set({ restricted: true })()).create({ image_url: photo })],
      ['§2.3 100: a parameter is missing', '100', create(() => ({}))],
      ['§2.3 100/33: an object that does not exist', '100/33', () => me.get('/17890000000000001')],
      ['§2.3 100/2207018: a collaborator with @', '100/2207018', create(() => ({ image_url: photo, collaborators: ['@friend'] }))],
      ['§2.3 100/2207023: an unknown media_type', '100/2207023', create(() => ({ image_url: photo, media_type: 'HOLOGRAM' }))],
      ['§2.3 100/2207028: a carousel of one', '100/2207028', create(() => ({ media_type: 'CAROUSEL', children: ['17880000000000001'] }))],
      ['§2.3 100/2207035: a product tag with a place on a video', '100/2207035', tagged([{ product_id: '1', x: 0.5, y: 0.5 }], 'REELS')],
      ['§2.3 100/2207036: a product tag without a place on a photo', '100/2207036', tagged([{ product_id: '1' }], 'IMAGE')],
      ['§2.3 100/2207037: a product tag that is none', '100/2207037', tagged([{ x: 0.5, y: 0.5 }], 'IMAGE')],
      ['§2.3 100/2207040: 21 @ tags', '100/2207040', create(() => ({ image_url: photo, caption: '@a '.repeat(21) }))],
      ['§2.3 1/2207057: a thumb_offset below 0', '1/2207057', create(() => ({ media_type: 'REELS', video_url: photo, thumb_offset: -1 }))],
      ['§2.3 9004/2207052: an address with nothing behind it', '9004/2207052', create(() => ({ image_url: 'http://127.0.0.1:9/a.jpg' }))],
      ['§2.3 36000/2207004: more than 8 MiB', '36000/2207004', async () => me.create({ image_url: host.put(Buffer.alloc(8 * 1024 * 1024 + 1), 'image/jpeg') })],
      ['§2.3 36001/2207005: no JPEG', '36001/2207005', async () => me.create({ image_url: host.put(await png(), 'image/png') })],
      ['§2.3 36003/2207009: too wide', '36003/2207009', async () => me.create({ image_url: host.put(await jpeg(400, 100), 'image/jpeg') })],
      ['§2.3 36004/2207010: a caption of 2,201 characters', '36004/2207010', create(() => ({ image_url: photo, caption: 'x'.repeat(2201) }))],
      ['§2.3 INVALID_LOCATION_ID: a location that is no id', '100', create(() => ({ image_url: photo, location_id: 'Berlin' }))],
      ['§2.3 10: a permission the person has not given', '10', async () => (await set({ permissions: ['instagram_business_basic'] })()).create({ image_url: photo })],
      ['§2.4 190: no token of ours', '190', () => send('GET', `${sandbox.url}/me?access_token=nonsense`)],
      ['§2.4 190/458: the app was removed', '190/458', getMe({ revoked: true })],
      ['§2.4 190/459: checkpointed', '190/459', getMe({ checkpointed: true })],
      ['§2.4 190/463: expired', '190/463', getMe({ expired: true })],
      ['§2.4 4: throttled', '4', getMe({ throttle: { code: 4, minutes: 5 } })],
      ['§2.4 17: throttled', '17', getMe({ throttle: { code: 17, minutes: 5 } })],
      ['§2.4 32: throttled', '32', getMe({ throttle: { code: 32, minutes: 5 } })],
      ['§2.4 613: throttled', '613', getMe({ throttle: { code: 613, minutes: 5 } })],
      ['§2.4 80002: throttled', '80002', getMe({ throttle: { code: 80002, minutes: 5 } })],
      ['§2.4 2500: a path that leads nowhere', '2500', () => me.get('/me/media/first')],
    ])('%s', async (_fact, outcome, cause) => {
      expect((await cause()).outcome).toBe(outcome);
    });

    it('§1.8 -1/2207073: deleting a single album item', async () => {
      const item = async (): Promise<string> => (await me.create({ image_url: photo, is_carousel_item: true })).text('id');
      const album = await me.publishNow({ media_type: 'CAROUSEL', children: [await item(), await item()] });
      const child = (await me.get(`/${album}/children`)).text('data', 0, 'id');
      const { base, token } = await facebook(me);
      expect((await send('DELETE', `${base}/${child}?access_token=${token}`)).outcome).toBe('-1/2207073');
    });
  });

  describe('the envelope', () => {
    it('§2.1 has all fields of the row when an account asks for them', async () => {
      expect((await scripted('24/2207008')).body).toEqual({
        error: {
          message: expect.any(String), type: 'OAuthException', code: 24, error_subcode: 2207008, is_transient: true,
          error_user_title: expect.any(String), error_user_msg: expect.any(String), fbtrace_id: expect.any(String),
        },
      });
    });

    it('§2.1, §11.12 varies in optional fields and type from error to error, never in code and subcode', async () => {
      const varying = await control.account({}, { error_fields: 'varying' });
      const seen = { types: new Set<unknown>(), fields: new Set<string>() };
      for (let turn = 0; turn < 10; turn += 1) {
        const answer = await scripted('24/2207008', {}, varying);
        expect(answer.outcome).toBe('24/2207008');
        seen.types.add(answer.at('error', 'type'));
        seen.fields.add(['is_transient', 'error_user_title', 'error_user_msg'].map((name) => String(answer.at('error', name) !== undefined)).join());
      }
      expect(seen.types).toEqual(new Set(['OAuthException', 'IGApiException', 'GraphMethodException', 'FacebookApiException']));
      expect(seen.fields).toEqual(new Set(['true,true,true', 'false,true,true', 'true,false,false', 'true,false,true', 'false,false,false']));
    });

    it('§11.12 can lack everything but message, type, code and trace id', async () => {
      const minimal = await control.account({}, { error_fields: 'minimal' });
      expect((await scripted('24/2207008', {}, minimal)).body).toEqual({ error: { message: expect.any(String), type: 'OAuthException', code: 24, fbtrace_id: expect.any(String) } });
    });

    it.each([['es_ES', 'Límite alcanzado'], ['de_DE', 'Limit erreicht'], ['th_TH', 'ถึงขีดจำกัดแล้ว'], ['xx_XX', 'Limit reached']])('§2.1 tells people in the language of the account: %s', async (locale, title) => {
      const abroad = await control.account({}, { locale });
      const answer = await scripted('9/2207042', {}, abroad);
      expect([answer.at('error', 'error_user_title'), answer.at('error', 'message')]).toEqual([title, expect.stringContaining('(#9) The user has reached')]);
      expect((await scripted('9/2207042', { locale: 'en_US' }, abroad)).at('error', 'error_user_title')).toBe('Limit reached');
    });

    it('§2.1 has every text for people in every language', async () => {
      for (const [, preset] of ALL) {
        const english = await scripted(preset);
        if (english.at('error', 'error_user_msg') === undefined) continue;
        const texts = [english, ...await Promise.all(['es_ES', 'de_DE', 'th_TH'].map(async (locale) => scripted(preset, { locale })))];
        expect(new Set(texts.map((answer) => answer.text('error', 'error_user_title'))).size).toBe(4);
        expect(new Set(texts.map((answer) => answer.text('error', 'error_user_msg'))).size).toBe(4);
      }
    });

    it('§2.1 body and status of a gateway can be HTML', async () => {
      await control.post('/faults', { match: { path: '/me' }, fault: { kind: 'http', status: 502 } });
      const answer = await me.get('/me');
      expect([answer.status, answer.headers.get('content-type'), answer.body]).toEqual([502, 'text/html; charset=utf-8', expect.stringContaining('<html>')]);
    });
  });
});
