import { randomBytes, randomInt } from 'node:crypto';
import type { ControlClient } from './control-client.fixture.js';
import { ALL_SCOPES, OAuthClient } from './oauth-client.fixture.js';

export interface RegisteredApp {
  instagramId: string;
  instagramSecret: string;
  facebookId: string;
  facebookSecret: string;
}

const newId = (): string => `7${String(randomInt(1_000_000, 9_999_999))}${String(randomInt(1_000_000, 9_999_999))}`;

/** A fresh app, as somebody makes one in Meta's dashboard. */
export async function registerApp(control: ControlClient, settings: { redirect_uris?: string[]; deauthorize_url?: string; name?: string } = {}): Promise<RegisteredApp> {
  const app = { instagramId: newId(), instagramSecret: randomBytes(16).toString('hex'), facebookId: newId(), facebookSecret: randomBytes(16).toString('hex') };
  const answer = await control.post('/apps', {
    client_id: app.instagramId, client_secret: app.instagramSecret, facebook_app_id: app.facebookId, facebook_app_secret: app.facebookSecret, ...settings,
  });
  if (answer.status >= 300) throw new Error(`POST /_sandbox/apps: ${JSON.stringify(answer.body)}`);
  return app;
}

/** Business Login with this app, everything at the address of the simulator. */
export function instagramLogin(base: string, app: RegisteredApp, redirectUri = 'https://app.example/callback'): OAuthClient {
  const hosts = { authorize: `${base}/oauth/authorize`, api: `${base}/oauth/access_token`, graph: base };
  return new OAuthClient(hosts, { clientId: app.instagramId, clientSecret: app.instagramSecret, redirectUri }, ALL_SCOPES);
}

const FACEBOOK_SCOPES = ['instagram_basic', 'instagram_content_publish', 'pages_show_list', 'pages_read_engagement', 'business_management'];

/** Facebook Login with this app (§8.2). */
export function facebookLogin(base: string, app: RegisteredApp, redirectUri = 'https://app.example/callback'): OAuthClient {
  const graph = `${base}/graph.facebook.com`;
  const hosts = { authorize: `${base}/www.facebook.com/v25.0/dialog/oauth`, api: `${graph}/v25.0/oauth/access_token`, graph };
  return new OAuthClient(hosts, { clientId: app.facebookId, clientSecret: app.facebookSecret, redirectUri }, FACEBOOK_SCOPES);
}
