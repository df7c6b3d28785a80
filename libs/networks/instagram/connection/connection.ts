import type { InstagramSettings } from '#infra/config/settings';
import { after, hours, seconds } from '#kernel/clock';
import { NetworkError } from '#networks/port/network-error';
import type { AccountCapability, ConnectedAccount, ConnectionCapability, IssuedToken, SignedRequest } from '#networks/port/social-network';
import { GraphClient, type GraphClientOptions } from '../graph/graph-client.js';
import { asInteger, asList, asRecord, asText } from '../graph/json-reader.js';
import { readSignedRequest } from './signed-request.js';

export type AppSettings = Pick<InstagramSettings, 'oauthUrl' | 'tokenUrl' | 'appId' | 'appSecrets'>;

interface App extends AppSettings {
  readonly appId: string;
}

/** Scopes of Business Login (§8.1). */
const permissions = [
  { name: 'instagram_business_basic', allows: 'Everything: without it the account cannot be read' },
  { name: 'instagram_business_content_publish', allows: 'Publishing posts' },
  { name: 'instagram_business_manage_comments', allows: 'First comments; reading and answering comments' },
  { name: 'instagram_business_manage_messages', allows: 'Reading and answering messages' },
  { name: 'instagram_business_manage_insights', allows: 'Statistics' },
];

/** Business Login for Instagram (§8.1). Its addresses carry no version. */
export class InstagramConnection implements ConnectionCapability {
  readonly permissions = permissions;
  readonly refreshableAfter = hours(24);
  private readonly graph: GraphClient;
  private readonly codes: GraphClient | null;
  private readonly app: App | null;

  constructor(
    private readonly options: GraphClientOptions & { readonly settings: Partial<AppSettings> },
    private readonly accounts: AccountCapability,
  ) {
    const { settings } = options;
    this.app = readApp(settings);
    this.graph = new GraphClient({ ...options, settings: { graphUrl: settings.graphUrl, apiVersion: null } });
    this.codes = this.app && new GraphClient({ ...options, settings: { graphUrl: this.app.tokenUrl, apiVersion: null } });
  }

  authorizeUrl({ state, redirectUri }: { state: string; redirectUri: string }): string | null {
    if (!this.app) return null;
    const query = new URLSearchParams({
      client_id: this.app.appId, redirect_uri: redirectUri, response_type: 'code', scope: permissions.map(({ name }) => name).join(','), state,
    });
    return `${this.app.oauthUrl}/oauth/authorize?${query.toString()}`;
  }

  async redeem(code: string, redirectUri: string): Promise<ConnectedAccount> {
    const { app, codes } = this;
    const [secret] = app?.appSecrets ?? [];
    if (!app || !codes || !secret) throw noApp();
    // `#_` is a fragment and stays in the browser, except where a proxy or a person has pasted it on (§8.1 step 2).
    const answer = await codes.call({
      step: 'read', method: 'POST', path: '/oauth/access_token', accessToken: '',
      params: { client_id: app.appId, client_secret: secret, grant_type: 'authorization_code', redirect_uri: redirectUri, code: code.replace(/#_$/, '') },
    });
    // Documented wrapped in `data`, observed flat; the permissions as a list or as text (§8.1 step 3).
    const grant = asRecord(asList(answer['data'])[0]) ?? answer;
    const shortLived = asText(grant['access_token']);
    if (shortLived === null) throw codes.malformed('read');
    const token = await this.token('/access_token', { grant_type: 'ig_exchange_token', client_secret: secret, access_token: shortLived });
    return { identity: await this.accounts.identify(token.accessToken), token, permissions: readPermissions(grant['permissions']) };
  }

  refresh(accessToken: string): Promise<IssuedToken> {
    return this.token('/refresh_access_token', { grant_type: 'ig_refresh_token', access_token: accessToken });
  }

  readSignedRequest(text: string): SignedRequest | null {
    return readSignedRequest(text, this.app?.appSecrets ?? []);
  }

  close(): void {
    this.graph.close();
    this.codes?.close();
  }

  private async token(path: string, params: Readonly<Record<string, string>>): Promise<IssuedToken> {
    const asked = this.options.clock.now();
    const answer = await this.graph.call({ step: 'read', method: 'GET', path, params, accessToken: '' });
    const node = asRecord(asList(answer['data'])[0]) ?? answer;
    const accessToken = asText(node['access_token']);
    const lifetime = asInteger(node['expires_in']);
    if (accessToken === null || lifetime === null) throw this.graph.malformed('read');
    return { accessToken, expiresAt: after(asked, seconds(lifetime)) };
  }
}

function readApp({ appId, appSecrets, oauthUrl, tokenUrl }: Partial<AppSettings>): App | null {
  return appId && appSecrets && oauthUrl && tokenUrl ? { appId, appSecrets, oauthUrl, tokenUrl } : null;
}

function readPermissions(value: unknown): string[] {
  const names = typeof value === 'string' ? value.split(',') : asList(value).map((name) => asText(name) ?? '');
  return [...new Set(names.map((name) => name.trim()).filter((name) => name !== ''))];
}

function noApp(): NetworkError {
  return new NetworkError('rejected', {
    code: null, subcode: null, httpStatus: null, traceId: null,
    message: 'No Instagram app is set up',
    remedy: 'Set INSTAGRAM_APP_ID and INSTAGRAM_APP_SECRETS.',
  });
}
