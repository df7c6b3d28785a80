import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../server.js';
import { ControlClient } from '../testing/control-client.fixture.js';
import { GraphClient, type Params } from '../testing/graph-client.fixture.js';
import { jpeg, type MediaHost, startMediaHost } from '../testing/media-host.fixture.js';
import { mp4 } from '../testing/mp4.fixture.js';

const COLUMNS = ['image', 'item image', 'item video', 'reel', 'story image', 'story video', 'carousel'] as const;
type Column = (typeof COLUMNS)[number];

/** What becomes of a parameter; a code when it is refused. */
type Fate = 'kept' | 'ignored' | '100' | '100/2207035' | '100/2207036' | '24/2207006';

interface Row {
  parameter: string;
  value: unknown;
  /** Where the ledger shows it, when not under its own name, and what it shows then. */
  shown?: [field: string, value: unknown];
  fates: [Fate, Fate, Fate, Fate, Fate, Fate, Fate];
}

const TAG = [{ username: 'friend', x: 0.5, y: 0.5 }];
const AUDIO = { audio_id: '1', audio_volume: 1, video_volume: 0 };
const PRODUCT = [{ product_id: '7', x: 0.1, y: 0.2 }];
const PLAIN_PRODUCT = [{ product_id: '7' }];
const SHOWN_PRODUCT: [string, unknown] = ['product_tags', [{ product_id: '7', x: null, y: null }]];

/** The cells of §1.2 from left to right: image, item (image, video), reel, story (image, video), carousel. */
const BOTH_LOGINS: Row[] = [
  { parameter: 'caption', value: 'x', fates: ['kept', '100', '100', 'kept', 'ignored', 'ignored', 'kept'] },
  { parameter: 'alt_text', value: 'x', fates: ['kept', 'kept', '100', '100', '100', '100', '100'] },
  { parameter: 'collaborators', value: ['friend'], fates: ['kept', '100', '100', 'kept', '100', '100', 'kept'] },
  { parameter: 'user_tags', value: TAG, fates: ['kept', 'kept', 'kept', 'kept', 'kept', 'kept', '100'] },
  { parameter: 'location_id', value: '123', fates: ['kept', '100', '100', 'kept', '100', '100', 'kept'] },
  { parameter: 'cover_url', value: 'http://127.0.0.1:9/cover.jpg', fates: ['ignored', 'ignored', 'ignored', 'kept', 'ignored', 'ignored', 'ignored'] },
  { parameter: 'thumb_offset', value: 1000, fates: ['ignored', 'ignored', 'kept', 'kept', 'ignored', 'ignored', 'ignored'] },
  { parameter: 'share_to_feed', value: false, fates: ['ignored', 'ignored', 'ignored', 'kept', 'ignored', 'ignored', 'kept'] },
  { parameter: 'audio_name', value: 'Rain', fates: ['ignored', 'ignored', 'ignored', 'kept', 'ignored', 'ignored', 'ignored'] },
  { parameter: 'trial_params', value: { graduation_strategy: 'MANUAL' }, shown: ['trial_graduation', 'MANUAL'], fates: ['ignored', 'ignored', 'ignored', 'kept', 'ignored', 'ignored', 'ignored'] },
  { parameter: 'is_ai_generated', value: true, fates: ['kept', '100', '100', 'kept', 'kept', 'kept', 'kept'] },
  { parameter: 'children', value: ['1', '2', '3'], fates: ['ignored', 'ignored', 'ignored', 'ignored', 'ignored', 'ignored', '24/2207006'] },
  { parameter: 'upload_type', value: 'resumable', shown: ['is_upload', true], fates: ['ignored', 'ignored', 'kept', 'kept', '100', 'kept', 'ignored'] },
];

const FACEBOOK_LOGIN: Row[] = [
  { parameter: 'product_tags', value: PRODUCT, fates: ['kept', 'kept', '100/2207035', '100/2207035', '100', '100', 'kept'] },
  { parameter: 'product_tags', value: PLAIN_PRODUCT, shown: SHOWN_PRODUCT, fates: ['100/2207036', '100/2207036', 'kept', 'kept', '100', '100', 'kept'] },
  { parameter: 'branded_content_sponsor_ids', value: ['11', '12'], fates: ['kept', 'ignored', 'ignored', 'kept', 'ignored', 'ignored', 'kept'] },
  { parameter: 'is_paid_partnership', value: true, fates: ['kept', 'ignored', 'ignored', 'kept', 'ignored', 'ignored', 'kept'] },
  { parameter: 'audio_configuration', value: AUDIO, fates: ['ignored', 'ignored', 'ignored', 'kept', 'ignored', 'ignored', 'ignored'] },
];

describe('Every parameter of POST /{ig-id}/media on every kind of container (§1.2)', () => {
  let sandbox: Sandbox;
  let host: MediaHost;
  let control: ControlClient;
  let instagram: GraphClient;
  let facebook: GraphClient;
  let bases: Record<Column, Params>;

  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0 });
    host = await startMediaHost();
    control = new ControlClient(sandbox.url);
    const row = await control.post('/accounts', { username: 'every.cell' });
    instagram = new GraphClient(sandbox.url, row.text('access_token'), row.text('user_id'), row.text('username'));
    facebook = new GraphClient(`${sandbox.url}/graph.facebook.com`, row.text('facebook', 'page_token'), row.text('user_id'), row.text('username'));
    await control.post(`/accounts/${row.text('user_id')}/settings`, { processing_ms: 0, error_fields: 'full', resumable_upload: 'any_login' });
    const photo = host.put(await jpeg(), 'image/jpeg');
    const film = host.put(mp4(), 'video/mp4');
    const child = async (): Promise<string> => (await instagram.create({ image_url: photo, is_carousel_item: true })).text('id');
    bases = {
      image: { image_url: photo },
      'item image': { image_url: photo, is_carousel_item: true },
      'item video': { media_type: 'VIDEO', video_url: film, is_carousel_item: true },
      reel: { media_type: 'REELS', video_url: film },
      'story image': { media_type: 'STORIES', image_url: photo },
      'story video': { media_type: 'STORIES', video_url: film },
      carousel: { media_type: 'CAROUSEL', children: [await child(), await child()] },
    };
  });
  afterAll(async () => {
    await sandbox.close();
    await host.close();
  });

  /** An upload takes the place of the address. */
  function paramsOf(column: Column, { parameter, value }: Row): Params {
    const { video_url: film, ...rest } = bases[column];
    const isReplaced = parameter === 'upload_type' || film === undefined;
    return { ...rest, ...(isReplaced ? {} : { video_url: film }), [parameter]: value as object };
  }

  /** The ledger's value after a successful call. */
  async function shownAfter(client: GraphClient, params: Params, field: string): Promise<unknown> {
    const answer = await client.create(params);
    expect(answer.outcome).toBe('ok');
    const ledger = await control.ledger(client);
    const index = ledger.list('containers').length - 1;
    expect(ledger.at('containers', index, 'id')).toBe(answer.at('id'));
    return ledger.at('containers', index, field);
  }

  const cells = (rows: Row[]): [string, Column, Fate, Row][] => rows.flatMap((row) => COLUMNS.map((column, index): [string, Column, Fate, Row] => [row.parameter, column, row.fates[index] ?? 'kept', row]));

  async function check(client: GraphClient, column: Column, fate: Fate, row: Row): Promise<void> {
    const params = paramsOf(column, row);
    const [field, value] = row.shown ?? [row.parameter, row.value];
    if (fate === 'kept') return expect(await shownAfter(client, params, field)).toEqual(value);
    if (fate === 'ignored') return expect(await shownAfter(client, params, field)).toEqual(await shownAfter(client, bases[column], field));
    expect((await client.create(params)).outcome).toBe(fate);
  }

  it.each(cells(BOTH_LOGINS))('§1.2 %s, %s: %s', (_parameter, column, fate, row) => check(instagram, column, fate, row));

  it.each(cells(FACEBOOK_LOGIN))('§1.2 Facebook Login: %s, %s: %s', (_parameter, column, fate, row) => check(facebook, column, fate, row));

  it.each(FACEBOOK_LOGIN.map((row): [string, Row] => [row.parameter, row]))('§0 %s with Instagram Login: 100 everywhere', async (_parameter, row) => {
    for (const column of COLUMNS) expect((await instagram.create(paramsOf(column, row))).outcome).toBe('100');
  });
});
