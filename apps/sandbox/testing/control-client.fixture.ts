import { type Answer, GraphClient, type Params, send } from './graph-client.fixture.js';

let names = 0;

/** The control door of a running sandbox. */
export class ControlClient {
  constructor(readonly base: string) {}

  get(path: string): Promise<Answer> {
    return send('GET', `${this.base}/_sandbox${path}`);
  }

  post(path: string, body: object = {}): Promise<Answer> {
    return send('POST', `${this.base}/_sandbox${path}`, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  }

  delete(path: string): Promise<Answer> {
    return send('DELETE', `${this.base}/_sandbox${path}`);
  }

  /** A fresh account whose containers are ready as soon as their media is, unless a test says otherwise. */
  async account(params: Params = {}, settings: Params = { processing_ms: 0 }): Promise<GraphClient> {
    names += 1;
    const username = `account.${String(names)}`;
    const answer = await this.post('/accounts', { username, ...params });
    const client = new GraphClient(this.base, answer.text('access_token'), answer.text('user_id'), answer.text('username'));
    await this.post(`/accounts/${client.userId}/settings`, { permalink_delay_ms: 0, error_fields: 'full', resumable_upload: 'any_login', ...settings });
    return client;
  }

  ledger(client: GraphClient): Promise<Answer> {
    return this.get(`/accounts/${client.userId}/ledger`);
  }

  async advance(ms: number): Promise<void> {
    await this.post('/clock', { advance_ms: ms });
  }
}
