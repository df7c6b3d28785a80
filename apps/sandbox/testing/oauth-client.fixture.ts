import { type Answer, GraphClient, send } from './graph-client.fixture.js';

/** What a developer copies from the dashboard into their client. */
export interface AppCredentials {
  clientId: string;
  clientSecret: string;
  redirectUri: string;
}

interface Hosts {
  authorize: string;
  /** Where codes are exchanged. */
  api: string;
  graph: string;
}

export const ALL_SCOPES = [
  'instagram_business_basic', 'instagram_business_content_publish', 'instagram_business_manage_comments',
  'instagram_business_manage_messages', 'instagram_business_manage_insights',
];

/** Fields of the one form on a page, as a browser would send them when nothing is touched. */
function readForm(html: string): { accounts: string[]; boxes: string[]; hasFixedBox: boolean } {
  const inputs = [...html.matchAll(/<input ([^>]*)>/gu)].map(([, attributes = '']) => attributes);
  const nameOf = (attributes: string): string => /name="([^"]*)"/u.exec(attributes)?.[1] ?? '';
  const boxes = inputs.filter((each) => each.includes('type="checkbox"'));
  return {
    accounts: inputs.filter((each) => each.includes('type="radio"')).map((each) => /value="([^"]*)"/u.exec(each)?.[1] ?? ''),
    boxes: boxes.filter((each) => each.includes(' checked') && !each.includes(' disabled')).map(nameOf),
    hasFixedBox: boxes.some((each) => each.includes(' disabled')),
  };
}

/** An app that connects accounts (§8), and the person in front of its authorize page. */
export class OAuthClient {
  constructor(readonly hosts: Hosts, readonly app: AppCredentials, readonly scopes: string[]) {}

  /** @param changes null leaves a parameter out */
  authorizeUrl(changes: Record<string, string | null> = {}): string {
    const query = { client_id: this.app.clientId, redirect_uri: this.app.redirectUri, response_type: 'code', scope: this.scopes.join(','), ...changes };
    return `${this.hosts.authorize}?${new URLSearchParams(present(query)).toString()}`;
  }

  page(changes: Record<string, string | null> = {}): Promise<Answer> {
    return send('GET', this.authorizeUrl(changes));
  }

  async form(changes: Record<string, string | null> = {}): Promise<ReturnType<typeof readForm>> {
    return readForm(String((await this.page(changes)).body));
  }

  /** Sends the form; the redirect is not followed. */
  decide(decision: string, fields: Record<string, string>, changes: Record<string, string | null> = {}, headers: Record<string, string> = {}): Promise<Answer> {
    return send('POST', this.authorizeUrl(changes), { body: new URLSearchParams({ ...fields, decision }), headers, redirect: 'manual' });
  }

  /** Fills the form in as a person does, and answers where it leads. */
  async approve(userId: string, untick: string[] = [], changes: Record<string, string | null> = {}): Promise<URL> {
    const { accounts, boxes } = await this.form(changes);
    if (!accounts.includes(userId)) throw new Error(`account ${userId} is not on the page`);
    const ticked = boxes.filter((name) => !untick.some((scope) => name.endsWith(scope)));
    const answer = await this.decide('allow', { account: userId, ...Object.fromEntries(ticked.map((name) => [name, '1'])) }, changes);
    return new URL(answer.headers.get('location') ?? '');
  }

  async code(userId: string, untick: string[] = [], changes: Record<string, string | null> = {}): Promise<string> {
    return (await this.approve(userId, untick, changes)).searchParams.get('code') ?? '';
  }

  exchangeCode(code: string, changes: Record<string, string | null> = {}): Promise<Answer> {
    const body = { client_id: this.app.clientId, client_secret: this.app.clientSecret, grant_type: 'authorization_code', redirect_uri: this.app.redirectUri, code, ...changes };
    return send('POST', this.hosts.api, { body: new URLSearchParams(present(body)) });
  }

  async shortToken(userId: string, untick: string[] = [], changes: Record<string, string | null> = {}): Promise<string> {
    return (await this.exchangeCode(await this.code(userId, untick, changes))).text('access_token');
  }

  exchangeToken(token: string, changes: Record<string, string | null> = {}): Promise<Answer> {
    const query = { grant_type: 'ig_exchange_token', client_secret: this.app.clientSecret, access_token: token, ...changes };
    return send('GET', `${this.hosts.graph}/access_token?${new URLSearchParams(present(query)).toString()}`);
  }

  refresh(token: string, changes: Record<string, string | null> = {}): Promise<Answer> {
    const query = { grant_type: 'ig_refresh_token', access_token: token, ...changes };
    return send('GET', `${this.hosts.graph}/refresh_access_token?${new URLSearchParams(present(query)).toString()}`);
  }

  async longToken(userId: string, untick: string[] = [], changes: Record<string, string | null> = {}): Promise<string> {
    return (await this.exchangeToken(await this.shortToken(userId, untick, changes))).text('access_token');
  }

  /** The Graph API with a token of this app. */
  graph(token: string, userId: string): GraphClient {
    return new GraphClient(this.hosts.graph, token, userId, '');
  }
}

function present(values: Record<string, string | null>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}
