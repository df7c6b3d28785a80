import type { VideoUpload } from '#infra/config/environment';
import type { MediaKind } from '#networks/port/media-facts';
import type { ContainerStatus, FilePart, NetworkAccount, PublishCapability, PublishRequest } from '#networks/port/social-network';
import { classifyContainerStatus } from '../errors/error-classifier.js';
import type { GraphCall } from '../graph/graph-call.js';
import type { GraphClient } from '../graph/graph-client.js';
import { asDate, asId, asList, asRecord, asText } from '../graph/json-reader.js';
import { storedParams } from '../params/params-reader.js';
import { childFields, containerFields, placementOfRequest } from './container-params.js';
import type { FileUpload } from './file-upload.js';
import { isTheSamePost } from './published-match.js';

/** Newest first; the post that was published seconds ago is among them. */
const recentItems = '50';

/** Container → status → publish (§1.1–1.4), each method one call. */
export class InstagramPublishing implements PublishCapability {
  /** §3 */
  readonly containerBudget = { amount: 400, windowSeconds: 86_400 };

  constructor(private readonly graph: GraphClient, private readonly files: FileUpload, private readonly videoUpload: VideoUpload = 'auto') {}

  childCount(request: PublishRequest): number {
    return placementOfRequest(request) === 'carousel' ? request.media.length : 0;
  }

  createChildContainer(account: NetworkAccount, request: PublishRequest, index: number): Promise<string> {
    return this.write(account, { step: 'create', path: '/{account}/media', ids: { account: account.accountId }, params: childFields(request, index) });
  }

  createContainer(account: NetworkAccount, request: PublishRequest, children: readonly string[]): Promise<string> {
    return this.write(account, { step: 'create', path: '/{account}/media', ids: { account: account.accountId }, params: containerFields(request, children) });
  }

  /** A `status_code` that is not documented counts as "not yet": the caller's patience is bounded. */
  async containerStatus(account: NetworkAccount, containerId: string): Promise<ContainerStatus> {
    const node = await this.graph.call({
      step: 'status', method: 'GET', path: '/{container}', ids: { container: containerId },
      params: { fields: 'status_code,status' }, accessToken: account.accessToken,
    });
    switch (asText(node['status_code'])) {
      case null: throw this.graph.malformed('status');
      case 'FINISHED': return { state: 'ready' };
      case 'PUBLISHED': return { state: 'published' };
      case 'EXPIRED': return { state: 'expired' };
      case 'ERROR': return { state: 'failed', error: classifyContainerStatus(asId(node['status']) ?? 'Instagram could not process the media') };
      default: return { state: 'in_progress' };
    }
  }

  /** Videos only (§1.5). The guide gives it to Facebook Login alone, whose tokens begin with `EAA` `[recalled]`. */
  takesFiles({ accessToken }: NetworkAccount, kind: MediaKind): boolean {
    return kind === 'video' && (this.videoUpload === 'always' || (this.videoUpload === 'auto' && accessToken.startsWith('EAA')));
  }

  receivedBytes(account: NetworkAccount, containerId: string): Promise<number> {
    return this.files.received(account, containerId);
  }

  sendFile(account: NetworkAccount, containerId: string, part: FilePart): Promise<void> {
    return this.files.send(account, containerId, part);
  }

  publishContainer(account: NetworkAccount, containerId: string): Promise<string> {
    return this.write(account, {
      step: 'publish', path: '/{account}/media_publish', ids: { account: account.accountId }, params: { creation_id: containerId },
    });
  }

  async permalink(account: NetworkAccount, remoteId: string): Promise<string | null> {
    const node = await this.graph.call({
      step: 'read', method: 'GET', path: '/{media}', ids: { media: remoteId }, params: { fields: 'permalink' }, accessToken: account.accessToken,
    });
    return asText(node['permalink']);
  }

  /** Stories are missing from `/media` and have an edge of their own (§1.8, §9.1). */
  async findPublished(account: NetworkAccount, request: PublishRequest, publishedAfter: Date): Promise<string[]> {
    const isStory = placementOfRequest(request) === 'story';
    const answer = await this.graph.call({
      step: 'read', method: 'GET', path: isStory ? '/{account}/stories' : '/{account}/media', ids: { account: account.accountId },
      params: { fields: 'id,caption,timestamp,media_type,media_product_type', limit: recentItems }, accessToken: account.accessToken,
    });
    return asList(answer['data']).map(asRecord)
      .filter((node) => node !== null && isTheSamePost(node, request, publishedAfter))
      .map((node) => asId(node?.['id']))
      .filter((id) => id !== null);
  }

  firstComment(request: PublishRequest): string | null {
    const params = storedParams(request.params);
    return params.format === 'story' ? null : (params.first_comment ?? null);
  }

  createComment(account: NetworkAccount, remoteId: string, text: string): Promise<string> {
    return this.write(account, { step: 'comment', path: '/{media}/comments', ids: { media: remoteId }, params: { message: text } });
  }

  /** Own: `from` is the account itself; `user` is only given on comments that this app's user wrote (§4). */
  async ownComments(account: NetworkAccount, remoteId: string): Promise<readonly { id: string; text: string; at: Date }[]> {
    const answer = await this.graph.call({
      step: 'read', method: 'GET', path: '/{media}/comments', ids: { media: remoteId },
      params: { fields: 'id,text,timestamp,from,user', limit: recentItems }, accessToken: account.accessToken,
    });
    return asList(answer['data']).map(asRecord).flatMap((node) => {
      const id = asId(node?.['id']);
      const at = asDate(node?.['timestamp']);
      const isOwn = asRecord(node?.['user']) !== null || asId(asRecord(node?.['from'])?.['id']) === account.accountId;
      return id !== null && at !== null && isOwn ? [{ id, text: asText(node?.['text']) ?? '', at }] : [];
    });
  }

  /** A call that makes something and answers its id. Success without an id is as open as no answer. */
  private async write(account: NetworkAccount, call: Pick<GraphCall, 'step' | 'path' | 'ids' | 'params'>): Promise<string> {
    const answer = await this.graph.call({ ...call, method: 'POST', accessToken: account.accessToken });
    const made = asId(answer['id']);
    if (made === null) throw this.graph.malformed(call.step);
    return made;
  }
}
