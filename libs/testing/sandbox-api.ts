/** The control door of the sandbox (`/_sandbox`), as tests use it. The sandbox shares no code with us, so its shapes stand here again. */

export interface SandboxAccount {
  /** App-scoped id. */
  readonly id: string;
  /** Id in publishing paths. */
  readonly user_id: string;
  readonly username: string;
  readonly access_token: string;
  /** The same account through Facebook Login. */
  readonly facebook: { readonly user_token: string; readonly page_token: string };
}

export interface SandboxContainer {
  readonly id: string;
  readonly media_type: string | null;
  readonly is_carousel_item: boolean;
  /** Made to take a file instead of an address. */
  readonly is_upload: boolean;
  readonly status_code: string;
  readonly caption: string | null;
  readonly alt_text: string | null;
  readonly image_url: string | null;
  readonly video_url: string | null;
  readonly cover_url: string | null;
  readonly collaborators: readonly string[];
  readonly user_tags: readonly { readonly username: string; readonly x: number | null; readonly y: number | null }[];
  readonly location_id: string | null;
  readonly share_to_feed: boolean | null;
  readonly thumb_offset: number | null;
  readonly children: readonly string[];
  readonly media_id: string | null;
}

export interface SandboxMedia {
  readonly id: string;
  readonly container_id: string;
  readonly media_type: string;
  readonly media_product_type: string;
  readonly caption: string | null;
  readonly alt_text: string | null;
  readonly children: readonly { readonly id: string; readonly media_type: string | null; readonly alt_text: string | null }[];
  readonly published_at: string;
  readonly permalink: string;
}

interface SandboxIceBreakers {
  readonly locale: string | null;
  readonly call_to_actions: readonly { readonly question: string; readonly payload: string }[];
}

export interface SandboxComment {
  readonly id: string;
  readonly media_id: string;
  readonly text: string;
  readonly from: { readonly id: string; readonly username: string };
}

/** What really happened to an account, oldest first: the oracle of every test. */
export interface SandboxLedger {
  readonly containers: readonly SandboxContainer[];
  readonly media: readonly SandboxMedia[];
  readonly comments: readonly SandboxComment[];
  /** e.g. `{"POST /media_publish": 1}`. */
  readonly calls: Readonly<Record<string, number>>;
}

export interface SandboxFaultMatch {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  /** Glob over the path without version: a star is one segment, two stars any number; `media_publish` of any account is a star and its name. */
  readonly path: string;
  /** `user_id`, `id` or username of the account whose token is used. */
  readonly account?: string;
  /** First matching call that is hit, from 1. Default 1. */
  readonly nth?: number;
  /** How many are hit from there on; 0 = all. Default 1. */
  readonly times?: number;
}

export interface SandboxFault {
  readonly kind: 'error' | 'http' | 'reset' | 'reset_after_effect' | 'error_after_effect' | 'delay' | 'hang' | 'duplicate';
  readonly status?: number;
  readonly body?: unknown;
  /** A row of the error tables, e.g. `4/2207051`. */
  readonly preset?: string;
  readonly ms?: number;
}

export interface SandboxSettings {
  /** null: the sandbox's default. */
  readonly processing_ms?: number | null;
  /** How long a fresh post answers 100/33. */
  readonly permalink_delay_ms?: number;
  readonly quota_total?: number;
  readonly revoked?: boolean;
  readonly expired?: boolean;
  readonly checkpointed?: boolean;
  readonly oauth_shape?: 'flat' | 'wrapped';
  /** Optional fields of errors: sometimes absent (the default), or always there. */
  readonly error_fields?: 'varying' | 'full' | 'minimal';
}

export class SandboxApi {
  constructor(private readonly origin: () => string) {}

  createAccount(account: { username: string; account_type?: string; followers_count?: number; quota_total?: number }): Promise<SandboxAccount> {
    return this.call('POST', '/accounts', account);
  }

  ledger(userId: string): Promise<SandboxLedger> {
    return this.call('GET', `/accounts/${userId}/ledger`);
  }

  /** What people see who have not written to the account yet; `locale` null: set in the old format. */
  async iceBreakers(userId: string): Promise<readonly SandboxIceBreakers[]> {
    return (await this.call<{ ice_breakers: SandboxIceBreakers[] }>('GET', `/accounts/${userId}`)).ice_breakers;
  }

  /** @returns the fault's id. Without `nth` and `times` the next matching call is hit, once. */
  async fault(match: SandboxFaultMatch, fault: SandboxFault): Promise<string> {
    const { id } = await this.call<{ id: string }>('POST', '/faults', { match, fault });
    return id;
  }

  async clearFaults(): Promise<void> {
    await this.call('DELETE', '/faults');
  }

  async settings(userId: string, settings: SandboxSettings): Promise<void> {
    await this.call('POST', `/accounts/${userId}/settings`, settings);
  }

  /** Where the sandbox tells its app that a person took the access away. */
  async deauthorizeAt(clientId: string, url: string): Promise<void> {
    await this.call('POST', '/apps', { client_id: clientId, deauthorize_url: url });
  }

  /** The person removes the app. @returns the addresses that were told */
  async revoke(userId: string): Promise<readonly string[]> {
    return (await this.call<{ deauthorized: string[] }>('POST', `/accounts/${userId}/revoke`)).deauthorized;
  }

  /** What a person decides on the page of `authorizeUrl`; without `grants` everything that was asked for. @returns where they are sent */
  async decide(authorizeUrl: string, decision: { account: string; grants?: readonly string[] } | 'cancel'): Promise<string> {
    const asked = new URL(authorizeUrl).searchParams.get('scope')?.split(',') ?? [];
    const form = new URLSearchParams(decision === 'cancel' ? { decision: 'cancel' } : { decision: 'allow', account: decision.account });
    if (decision !== 'cancel') for (const scope of decision.grants ?? asked) form.set(`grant.${scope}`, '1');
    const response = await fetch(authorizeUrl, { method: 'POST', body: form, redirect: 'manual' });
    const location = response.headers.get('location');
    if (!location) throw new Error(`sandbox: the consent page answered ${response.status}: ${await response.text()}`);
    return location;
  }

  /** What the account's apps are told about. */
  async subscriptions(userId: string): Promise<readonly { readonly client_id: string; readonly fields: readonly string[] }[]> {
    return (await this.call<{ subscriptions: { client_id: string; fields: string[] }[] }>('GET', `/accounts/${userId}`)).subscriptions;
  }

  async clock(): Promise<Date> {
    const { now } = await this.call<{ now: string }>('GET', '/clock');
    return new Date(now);
  }

  async advanceClock(milliseconds: number): Promise<Date> {
    const { now } = await this.call<{ now: string }>('POST', '/clock', { advance_ms: milliseconds });
    return new Date(now);
  }

  private async call<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${this.origin()}/_sandbox${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`sandbox: ${method} ${path} answered ${response.status}: ${text}`);
    return JSON.parse(text) as T;
  }
}
