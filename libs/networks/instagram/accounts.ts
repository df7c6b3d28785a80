import { NetworkError } from '#networks/port/network-error';
import type { AccountCapability, AccountIdentity } from '#networks/port/social-network';
import type { GraphClient } from './graph/graph-client.js';
import { asId, asList, asRecord, asText } from './graph/json-reader.js';

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
}

/** Only Business and Creator accounts have a `user_id` (§0). */
function notProfessional(): NetworkError {
  return new NetworkError('needs_user', {
    code: null, subcode: null, httpStatus: 200, traceId: null,
    message: 'Instagram named no professional account for this token',
    remedy: 'Turn the account into a business or creator account in the Instagram app, then connect it again.',
  });
}
