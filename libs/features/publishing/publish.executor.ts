import { Injectable } from '@nestjs/common';
import { after, minutes } from '#kernel/clock';
import { MediaDeliveryService } from '#features/media/index';
import { findTokenFault, ProfileService } from '#features/accounts/index';
import { NetworkError } from '#networks/port/network-error';
import { NetworkRegistry } from '#networks/port/network-registry';
import type { NetworkAccount, PublishCapability, PublishRequest } from '#networks/port/social-network';
import { findEffect } from './effect.rules.js';
import type { ActionOutcome, PublishAction, RequestShape } from './publish.action.js';
import { PublishGate, type Passage } from './publish.gate.js';
import { failure } from './publish.policy.js';
import { withRule } from './publish.refusal.js';
import type { Deferral } from './publish.settlement.js';
import { PublishTargetRepository } from './publish-target.repository.js';
import type { PublishTarget } from './publish-target.js';

/** How far a network's clock may be behind ours when a lost post is looked for. */
const clockTolerance = minutes(2);

/** Calls that find out what has happened: a blocked account may still answer them. */
const asksOnly: ReadonlySet<PublishAction['kind']> = new Set(['confirm', 'find_post', 'read_permalink', 'find_comment']);

type Creation = Extract<PublishAction, { kind: 'create' | 'create_child' }>;
type Upload = Extract<PublishAction, { kind: 'upload' | 'upload_child' }>;

/** Carries out one action against the target's network. Knows no state and decides nothing. */
@Injectable()
export class PublishExecutor {
  constructor(
    private readonly networks: NetworkRegistry,
    private readonly profiles: ProfileService,
    private readonly delivery: MediaDeliveryService,
    private readonly targets: PublishTargetRepository,
    private readonly gate: PublishGate,
  ) {}

  shapeOf(target: PublishTarget): RequestShape {
    const { publishing } = this.networks.get(target.network);
    // Addresses are signed for calls only; what a request looks like they do not change.
    const request = { body: target.body, params: target.params, media: target.media.map(({ kind }) => ({ kind, url: '' })) };
    return { childCount: publishing.childCount(request), firstComment: publishing.firstComment(request), isReadyAtOnce: target.media.every(({ kind }) => kind === 'image') };
  }

  /** The limit that this call would meet; else it may go out now. */
  ask(target: PublishTarget, action: PublishAction): Promise<Deferral | Passage> {
    return this.gate.ask(target, action);
  }

  /** Never throws for what the network answered: a failure is an outcome like any other. */
  async perform(target: PublishTarget, action: PublishAction, passage: Passage, parking: AbortSignal): Promise<ActionOutcome> {
    const { body, params } = target;
    const content = { body, params, media: target.media.map(({ facts }) => facts) };
    const outcome = await this.gate.learn(target, action, await this.attempt(target, action, passage, parking));
    return withRule(outcome, (refusal) => this.networks.get(target.network).validation.ruleOf(content, refusal));
  }

  private async attempt(target: PublishTarget, action: PublishAction, passage: Passage, parking: AbortSignal): Promise<ActionOutcome> {
    const account = this.open(target, action, passage);
    if (account instanceof NetworkError) return { kind: 'failed', error: account };
    if (!account) return { kind: 'failed', error: unusable(target.profileState) };
    try {
      const { publishing } = this.networks.get(target.network);
      if (action.kind === 'upload' || action.kind === 'upload_child') return await this.upload(publishing, account, { target, action, parking });
      if (action.kind === 'create' || action.kind === 'create_child') return await this.create(publishing, account, { target, action });
      return await this.call(publishing, account, target, action);
    } catch (error) {
      if (error instanceof NetworkError) return { kind: 'failed', error };
      throw error;
    }
  }

  private open({ workspaceId, profileId }: PublishTarget, action: PublishAction, { account }: Passage): NetworkAccount | NetworkError | null {
    try {
      return this.profiles.unseal(workspaceId, profileId, account, { evenBlocked: asksOnly.has(action.kind) });
    } catch (error) {
      return refuseUnreadable(error);
    }
  }

  /** Without a link where the account's containers take files: then nothing has to be reachable from outside. */
  private async create(network: PublishCapability, account: NetworkAccount, { target, action }: { target: PublishTarget; action: Creation }): Promise<ActionOutcome> {
    const plain = this.toRequest(target);
    const media = plain.media.map((item) => ({ ...item, isSent: !target.state.isUploadRefused && network.takesFiles(account, item.kind) }));
    const request = { ...plain, media };
    const isParent = action.kind === 'create' && action.children.length > 0;
    const awaitsUpload = !isParent && media[action.kind === 'create' ? 0 : action.index]?.isSent === true;
    try {
      const made = action.kind === 'create' ? network.createContainer(account, request, action.children) : network.createChildContainer(account, request, action.index);
      return { kind: 'created', containerId: await made, awaitsUpload };
    } catch (error) {
      if (error instanceof NetworkError) return { kind: 'failed', error, wasForUpload: awaitsUpload };
      throw error;
    }
  }

  /** Asks how much is there, also at the first try: the worker before may have been killed in the middle. */
  private async upload(network: PublishCapability, account: NetworkAccount, { target, action, parking }: { target: PublishTarget; action: Upload; parking: AbortSignal }): Promise<ActionOutcome> {
    const media = target.media[action.kind === 'upload' ? 0 : action.index];
    if (!media) throw new Error('A container waits for a file that the post does not have');
    const content = await this.delivery.contentOf(media.deliveryKey);
    const offset = await network.receivedBytes(account, action.containerId);
    // The answer to the last byte was lost.
    if (offset >= content.sizeBytes) return { kind: 'uploaded' };
    try {
      await network.sendFile(account, action.containerId, { body: await content.from(offset), offset, sizeBytes: content.sizeBytes, signal: parking });
      return { kind: 'uploaded' };
    } catch (error) {
      if (parking.aborted && !(error instanceof NetworkError)) return { kind: 'parked' };
      throw error;
    }
  }

  private async call(network: PublishCapability, account: NetworkAccount, target: PublishTarget, action: Exclude<PublishAction, Upload | Creation>): Promise<ActionOutcome> {
    switch (action.kind) {
      case 'check_child':
      case 'check':
      case 'confirm':
        return { kind: 'status', status: await network.containerStatus(account, action.containerId) };
      case 'publish':
        return { kind: 'published', remoteId: await network.publishContainer(account, action.containerId) };
      case 'find_post':
        return { kind: 'found', remoteId: await this.findPost(network, account, target, this.toRequest(target)) };
      case 'read_permalink':
        return { kind: 'permalink', permalink: await network.permalink(account, action.remoteId) };
      case 'comment':
        return { kind: 'commented', commentId: await network.createComment(account, action.remoteId, action.text) };
      case 'find_comment':
        return { kind: 'found_comment', commentId: await findComment(network, account, target, action) };
    }
  }

  /** Only an unambiguous match is taken: binding somebody else's post is worse than an open id (trypost #281). */
  private async findPost(network: PublishCapability, account: NetworkAccount, target: PublishTarget, request: PublishRequest): Promise<string | null> {
    const since = target.state.publishStartedAt;
    if (!since) return null;
    const candidates = await network.findPublished(account, request, after(since, -clockTolerance));
    const known = await this.targets.knownRemoteIds(target.workspaceId, target.profileId, candidates);
    const strangers = candidates.filter((id) => !known.has(id));
    return strangers.length === 1 ? (strangers[0] ?? null) : null;
  }

  private toRequest(target: PublishTarget): PublishRequest {
    return {
      body: target.body,
      params: Object.fromEntries(Object.entries(target.params).map(([name, value]) => [name, typeof value === 'string' ? this.delivery.renew(value) : value])),
      media: target.media.map((media) => ({ kind: media.kind, url: this.delivery.urlFor(media.deliveryKey, media.contentType) })),
    };
  }
}

const unusableProfiles = {
  usual: () => failure('needs_reauth', 'The account is disconnected', { remedy: 'Connect the account again: the post goes on then' }),
  blocked: () => failure('needs_user', 'The account is blocked by its network', { concerns: 'account', remedy: 'Do in the network\'s own app what it asks for, then connect the account again or release the post' }),
  removed: () => failure('rejected', 'The profile was removed'),
} as const;

function unusable(state: PublishTarget['profileState']): NetworkError {
  return unusableProfiles[state]();
}

/** A key that is missing here may come back, or another process have it: that follows the retry plan. What nothing opens ends at once. */
function refuseUnreadable(error: unknown): NetworkError {
  const fault = findTokenFault(error);
  if (fault === null) throw error;
  if (fault === 'damaged') return failure('needs_reauth', 'The stored access token cannot be decrypted', { remedy: 'Connect the account again: the post goes on then' });
  return failure('retry_later', 'The encryption key of the stored access token is missing', { remedy: 'Run "heliograph doctor": it names the key. Then start the worker anew with it' });
}

async function findComment(network: PublishCapability, account: NetworkAccount, { state }: PublishTarget, { remoteId, text }: Extract<PublishAction, { kind: 'find_comment' }>): Promise<string | null> {
  const calledAt = state.commentCalledAt ?? state.publishedAt;
  return calledAt && findEffect({ text, calledAt }, await network.ownComments(account, remoteId));
}
