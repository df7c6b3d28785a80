import { FACEBOOK_PERMISSIONS, INSTAGRAM_PERMISSIONS } from './permissions.js';
import type { Account, Login } from './entities.js';

/** A client of the API, as registered in Meta's dashboard. Instagram Login and Facebook Login know it by different ids (§0). */
export interface App {
  client_id: string;
  client_secret: string;
  facebook_app_id: string;
  facebook_app_secret: string;
  name: string;
  /** Addresses a person may be sent back to; null: any. */
  redirect_uris: string[] | null;
  /** Where a `signed_request` goes when a person removes the app (§8.4). */
  deauthorize_url: string | null;
  /** Calls per rolling hour; null = the default (§3). */
  calls_per_hour: number | null;
  /** "Require App Secret" (§8.3): on whose hosts a call must carry `appsecret_proof`. */
  proof_required: Login[];
}

export interface Token {
  token: string;
  login: Login;
  /** Account it speaks for; with Facebook Login through a person or their page. */
  user_id: string;
  /** `short` lives an hour; `person` and `page` are Facebook Login's. */
  kind: 'short' | 'long' | 'person' | 'page';
  client_id: string;
  scopes: string[];
  issued_at: number;
  /** null: until revoked (page tokens, §8.2). */
  expires_at: number | null;
  /** The person removed the app: 190/458. */
  is_revoked: boolean;
  /** `person` only: the token of the person's page which `GET /me/accounts` gives for this one (§8.2). */
  page_token: string | null;
}

/** One use, one hour (§8.1). */
export interface AuthorizationCode {
  code: string;
  login: Login;
  client_id: string;
  user_id: string;
  /** Byte for byte as it came to the authorize page. */
  redirect_uri: string;
  scopes: string[];
  issued_at: number;
  is_used: boolean;
}

export type GrantEvent =
  | { type: 'app.changed'; app: App }
  | { type: 'code.issued'; code: AuthorizationCode }
  | { type: 'token.issued'; token: Token; code: string | null }
  | { type: 'grant.revoked'; user_id: string; client_id: string | null }
  /** No fields: not subscribed any more. */
  | { type: 'app.subscribed'; user_id: string; client_id: string; fields: string[] };

/** Fixed, so that a client can be configured before the sandbox runs. There is nothing behind it to protect. */
const DEFAULT_APP: App = {
  client_id: '990602627938098', client_secret: '5a6e1f0c94b74d1c8d2f3e4a5b6c7d8e',
  facebook_app_id: '1084537910276413', facebook_app_secret: 'c3b1a5d4e2f60718293a4b5c6d7e8f90',
  name: 'Sandbox app', redirect_uris: null, deauthorize_url: null, calls_per_hour: null, proof_required: [],
};

export const SHORT_LIFE_MS = 3_600_000;
export const LONG_LIFE_MS = 60 * 86_400_000;

/** Who may do what, and who is told: apps, codes, tokens, and subscriptions to webhooks. */
export class Grants {
  readonly apps = new Map<string, App>([[DEFAULT_APP.client_id, DEFAULT_APP]]);
  readonly tokens = new Map<string, Token>();
  readonly codes = new Map<string, AuthorizationCode>();
  /** Webhook fields by account and app (§6.1). */
  private readonly subscriptions = new Map<string, Map<string, string[]>>();

  apply(event: GrantEvent): void {
    switch (event.type) {
      case 'app.changed': this.apps.set(event.app.client_id, event.app); return;
      case 'code.issued': this.codes.set(event.code.code, event.code); return;
      case 'token.issued': return this.addToken(event.token, event.code);
      case 'grant.revoked': return this.revoke(event.user_id, event.client_id);
      case 'app.subscribed': return this.subscribe(event);
    }
  }

  /** The tokens every account has from birth: one of the dashboard (already long-lived, §8.1), and Facebook Login's two. */
  addAccount(account: Account): void {
    const common = { user_id: account.user_id, client_id: DEFAULT_APP.client_id, issued_at: account.created_at, is_revoked: false, page_token: null };
    const lasting = account.created_at + LONG_LIFE_MS;
    this.addToken({ ...common, token: account.access_token, login: 'instagram', kind: 'long', scopes: [...INSTAGRAM_PERMISSIONS], expires_at: lasting });
    this.addToken({ ...common, token: account.facebook.user_token, login: 'facebook', kind: 'person', scopes: [...FACEBOOK_PERMISSIONS], expires_at: lasting, page_token: account.facebook.page_token });
    this.addToken({ ...common, token: account.facebook.page_token, login: 'facebook', kind: 'page', scopes: [...FACEBOOK_PERMISSIONS], expires_at: null });
  }

  /** By the id either login knows it by. */
  findApp(login: Login, clientId: string): App | undefined {
    if (login === 'instagram') return this.apps.get(clientId);
    return [...this.apps.values()].find((app) => app.facebook_app_id === clientId);
  }

  /** What an app is told about an account; empty when it is not subscribed. */
  fieldsOf(userId: string, clientId: string): readonly string[] {
    return this.subscriptions.get(userId)?.get(clientId) ?? [];
  }

  subscriptionsOf(userId: string): { client_id: string; fields: string[] }[] {
    return [...this.subscriptions.get(userId) ?? []].filter(([, fields]) => fields.length > 0).map(([client_id, fields]) => ({ client_id, fields: [...fields] }));
  }

  clear(): void {
    this.tokens.clear();
    this.subscriptions.clear();
    this.codes.clear();
    this.apps.clear();
    this.apps.set(DEFAULT_APP.client_id, DEFAULT_APP);
  }

  private addToken(token: Token, code: string | null = null): void {
    this.tokens.set(token.token, token);
    const used = code === null ? undefined : this.codes.get(code);
    if (used) used.is_used = true;
  }

  private subscribe({ user_id, client_id, fields }: Extract<GrantEvent, { type: 'app.subscribed' }>): void {
    const apps = this.subscriptions.get(user_id) ?? new Map<string, string[]>();
    this.subscriptions.set(user_id, apps.set(client_id, fields));
  }

  /** A code that has not been exchanged yet goes with the tokens, and so do subscriptions. */
  private revoke(userId: string, clientId: string | null): void {
    const isMeant = (grant: Token | AuthorizationCode): boolean => grant.user_id === userId && (clientId === null || grant.client_id === clientId);
    for (const token of this.tokens.values()) {
      if (isMeant(token)) token.is_revoked = true;
    }
    for (const code of this.codes.values()) {
      if (isMeant(code)) code.is_used = true;
    }
    if (clientId === null) this.subscriptions.delete(userId);
    else this.subscriptions.get(userId)?.delete(clientId);
  }
}
