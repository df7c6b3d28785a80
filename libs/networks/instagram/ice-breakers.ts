import type { IceBreaker, IceBreakerCapability, NetworkAccount } from '#networks/port/social-network';
import type { GraphCall } from './graph/graph-call.js';
import type { GraphClient } from './graph/graph-client.js';
import { asList, asRecord, asText } from './graph/json-reader.js';

/** The messenger profile of an account (§5.4). Ten calls in ten minutes, reading included (§3). */
export class InstagramIceBreakers implements IceBreakerCapability {
  constructor(private readonly graph: GraphClient) {}

  async list(account: NetworkAccount): Promise<readonly IceBreaker[]> {
    const answer = await this.call(account, 'GET', { fields: 'ice_breakers' });
    if (!Array.isArray(answer['data'])) throw this.graph.malformed('read');
    return questionsIn(asList(answer['data']));
  }

  /** In the format with locales, of which `default` is required; what another tool set for other locales goes. */
  async replace(account: NetworkAccount, iceBreakers: readonly IceBreaker[]): Promise<void> {
    const entry = { call_to_actions: iceBreakers.map(({ question, payload }) => ({ question, payload })), locale: 'default' };
    await this.call(account, 'POST', { platform: 'instagram', ice_breakers: JSON.stringify([entry]) });
  }

  /** Of all locales. */
  async clear(account: NetworkAccount): Promise<void> {
    await this.call(account, 'DELETE', { fields: JSON.stringify(['ice_breakers']) });
  }

  /** Setting or deleting the same once more changes nothing, so the class of a failure is that of a read. */
  private call({ accessToken }: NetworkAccount, method: GraphCall['method'], params: Readonly<Record<string, string>>): Promise<Readonly<Record<string, unknown>>> {
    return this.graph.call({ step: 'read', method, path: '/me/messenger_profile', params, accessToken });
  }
}

/** One entry for each locale, or the old format: one entry with all questions. Which of them depends on how they were set. */
function questionsIn(data: readonly unknown[]): IceBreaker[] {
  const entries = data.map(asRecord);
  const entry = entries.find((each) => each?.['locale'] === 'default') ?? entries[0];
  return asList(entry?.['call_to_actions'] ?? entry?.['ice_breakers']).flatMap((each) => {
    const item = asRecord(each);
    const question = asText(item?.['question']);
    return question === null ? [] : [{ question, payload: asText(item?.['payload']) ?? '' }];
  });
}
