import { NetworkError } from '#networks/port/network-error';
import type { AccountCapability, AccountIdentity, NetworkAccount, PublishingLimit } from '#networks/port/social-network';
import type { GraphClient } from './graph/graph-client.js';
import { asId, asInteger, asList, asRecord, asText } from './graph/json-reader.js';

export class InstagramAccounts implements AccountCapability {
  constructor(private readonly graph: GraphClient) {}

  /** Answers come flat or wrapped in `data[0]` (§9.2, §8.1). `user_id` and `id` are two different numbers (§0). */
  async identify(accessToken: string): Promise<AccountIdentity> {
    const answer = await this.graph.call({
      step: 'read', method: 'GET', path: '/me', params: { fields: 'user_id,id,username,name,profile_picture_url' }, accessToken,
    });
    const node = asRecord(asList(answer['data'])[0]) ?? answer;
    const accountId = asId(node['user_id']);
    const appScopedId = asId(node['id']);
    const username = asText(node['username']);
    if (accountId === null || appScopedId === null || username === null) throw notProfessional();
    return { accountId, appScopedId, username, name: asText(node['name']), avatarUrl: asText(node['profile_picture_url']) };
  }

  /** Sources of Meta name 25, 50 and 100 posts a day (§1.6), so the number is always the account's own. */
  async publishingLimit(account: NetworkAccount): Promise<PublishingLimit> {
    const answer = await this.graph.call({
      step: 'read', method: 'GET', path: '/{account}/content_publishing_limit', ids: { account: account.accountId },
      params: { fields: 'quota_usage,config' }, accessToken: account.accessToken,
    });
    const node = asRecord(asList(answer['data'])[0]);
    const used = asInteger(node?.['quota_usage']);
    if (used === null) throw this.graph.malformed('read');
    const config = asRecord(node?.['config']);
    return { used, total: asInteger(config?.['quota_total']), windowSeconds: asInteger(config?.['quota_duration']) };
  }
}

/** Only Business and Creator accounts have a `user_id` (§0). */
function notProfessional(): NetworkError {
  return new NetworkError('needs_user', {
    code: null, subcode: null, httpStatus: 200, traceId: null,
    message: 'Instagram named no professional account for this token',
    remedy: 'Turn the account into a business or creator account in the Instagram app, then connect it again.',
  });
}
