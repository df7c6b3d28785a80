import type { PublishStep } from './publish.states.js';
import type { NetworkError } from '#networks/port/network-error';
import type { ContainerStatus } from '#networks/port/social-network';
import type { TargetState } from './publish-target.js';

/** The one outside call to make next. */
export type PublishAction =
  | { readonly kind: 'create_child'; readonly index: number }
  | { readonly kind: 'check_child'; readonly index: number; readonly containerId: string }
  /** Send the file of a container that waits for it, from where the network has stopped. */
  | { readonly kind: 'upload_child'; readonly index: number; readonly containerId: string }
  | { readonly kind: 'upload'; readonly containerId: string }
  | { readonly kind: 'create'; readonly children: readonly string[] }
  | { readonly kind: 'check'; readonly containerId: string }
  | { readonly kind: 'publish'; readonly containerId: string }
  /** Ask the container what became of a publishing call whose answer was lost. */
  | { readonly kind: 'confirm'; readonly containerId: string }
  /** Find the post of a published container whose post id was lost. */
  | { readonly kind: 'find_post' }
  | { readonly kind: 'read_permalink'; readonly remoteId: string }
  | { readonly kind: 'comment'; readonly remoteId: string; readonly text: string }
  /** Look for a comment whose answer was lost. */
  | { readonly kind: 'find_comment'; readonly remoteId: string; readonly text: string };

/** What came of it. A failure is always a `NetworkError`: its class decides. */
export type ActionOutcome =
  | { readonly kind: 'created'; readonly containerId: string; readonly awaitsUpload: boolean }
  | { readonly kind: 'uploaded' }
  /** Broken off because the worker stops; nothing is wrong. */
  | { readonly kind: 'parked' }
  | { readonly kind: 'status'; readonly status: ContainerStatus }
  | { readonly kind: 'published'; readonly remoteId: string }
  | { readonly kind: 'found'; readonly remoteId: string | null }
  | { readonly kind: 'permalink'; readonly permalink: string | null }
  | { readonly kind: 'commented'; readonly commentId: string }
  | { readonly kind: 'found_comment'; readonly commentId: string | null }
  /** `wasForUpload`: of a container whose file was to be sent. */
  | { readonly kind: 'failed'; readonly error: NetworkError; readonly wasForUpload?: boolean };

/** What the network says of a request before any call: its shape, not its state. */
export interface RequestShape {
  /** 0: a single container. */
  readonly childCount: number;
  readonly firstComment: string | null;
  /** The network has a container ready with its answer, so it can be asked without a pause: it fetches pictures while it is called. */
  readonly isReadyAtOnce?: boolean;
}

/**
 * The next call of a target, by its step alone; null when there is none. `publishing` and `commenting` are persisted before
 * their call, so a row that stands in one of them is in doubt: it asks, and never repeats.
 */
export function nextAction(state: TargetState, shape: RequestShape): PublishAction | null {
  switch (state.step) {
    case 'waiting':
    case 'creating_children':
    case 'polling_children':
      return nextChild(state, shape) ?? createParent(state);
    case 'creating':
      return createParent(state);
    case 'uploading':
      return state.containerId ? { kind: 'upload', containerId: state.containerId } : createParent(state);
    case 'polling':
      return state.containerId ? { kind: 'check', containerId: state.containerId } : createParent(state);
    case 'ready':
      return state.containerId ? { kind: 'publish', containerId: state.containerId } : createParent(state);
    case 'publishing':
      return state.containerId ? { kind: 'confirm', containerId: state.containerId } : null;
    case 'reading_back':
      return state.remoteId ? { kind: 'read_permalink', remoteId: state.remoteId } : { kind: 'find_post' };
    case 'comment_due':
      return state.remoteId && shape.firstComment !== null ? { kind: 'comment', remoteId: state.remoteId, text: shape.firstComment } : null;
    case 'commenting':
      return state.remoteId && shape.firstComment !== null ? { kind: 'find_comment', remoteId: state.remoteId, text: shape.firstComment } : null;
    case 'done':
      return state.publishedAt !== null && state.dueAt !== null ? nextSearch(state) : null;
  }
}

/** A published target that is still due after its end: its id is not known yet. */
function nextSearch(state: TargetState): PublishAction | null {
  if (state.remoteId === null) return { kind: 'find_post' };
  return state.permalink === null ? { kind: 'read_permalink', remoteId: state.remoteId } : null;
}

/** The step to write before the call goes out. */
export function intentStep(action: PublishAction, present: PublishStep): PublishStep {
  switch (action.kind) {
    case 'create_child':
      return 'creating_children';
    case 'create':
      return 'creating';
    case 'publish':
      return 'publishing';
    case 'comment':
      return 'commenting';
    default:
      return present;
  }
}

function nextChild(state: TargetState, shape: RequestShape): PublishAction | null {
  for (let index = 0; index < shape.childCount; index += 1) {
    if (!state.childContainers[index]?.id) return { kind: 'create_child', index };
  }
  for (const [index, child] of state.childContainers.entries()) {
    if (child.id && child.awaitsUpload) return { kind: 'upload_child', index, containerId: child.id };
  }
  for (const [index, child] of state.childContainers.entries()) {
    if (child.id && !child.ready) return { kind: 'check_child', index, containerId: child.id };
  }
  return null;
}

function createParent(state: TargetState): PublishAction {
  return { kind: 'create', children: state.childContainers.flatMap((child) => child.id ?? []) };
}
