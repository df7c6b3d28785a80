import { after, hours, seconds } from '#kernel/clock';
import type { NetworkErrorClass } from '#networks/port/network-error';
import type { ContainerStatus } from '#networks/port/social-network';
import type { ActionOutcome, PublishAction } from './publish.action.js';
import { failure } from './publish.policy.js';

/** What happens to one call. `late`: its effect comes half a minute after the answer. */
export interface Weather {
  readonly effect: 'now' | 'late' | 'none';
  readonly answer: 'ok' | NetworkErrorClass;
  /** Of a container that is made. */
  readonly fate: 'ready' | 'slow' | 'recreate' | 'rejected';
}

export const fair: Weather = { effect: 'now', answer: 'ok', fate: 'ready' };

interface Container {
  readonly madeAt: Date;
  readonly fate: Weather['fate'];
  /** In the future: a publishing call that takes its time. */
  publishedAt: Date | null;
}

const lateness = seconds(30);
/** After these a post may be live all the same; the others tell that nothing happened. */
const sayNothing: ReadonlySet<Weather['answer']> = new Set(['outcome_unknown', 'rejected', 'needs_user', 'recreate']);

/** A network with a memory: the oracle of the model test. */
export class SimulatedNetwork {
  readonly comments: { readonly id: string; readonly at: Date }[] = [];
  private readonly containers = new Map<string, Container>();

  /** Every post that is live, or will be. */
  get posts(): string[] {
    return [...this.containers].filter(([, { publishedAt }]) => publishedAt !== null).map(([id]) => `post of ${id}`);
  }

  perform(action: PublishAction, weather: Weather, now: Date): ActionOutcome {
    const { answer } = weather;
    const effect = answer === 'ok' ? 'now' : weather.effect;
    switch (action.kind) {
      case 'create':
      case 'create_child':
        return this.create(effect, weather, now);
      case 'publish':
        return this.publish(action.containerId, effect, answer, now);
      case 'comment':
        return this.comment(effect, answer, now);
      default:
        return answer === 'ok' ? this.read(action, now) : failed(answer);
    }
  }

  private create(effect: Weather['effect'], { answer, fate }: Weather, now: Date): ActionOutcome {
    const containerId = `c${String(this.containers.size + 1)}`;
    if (effect !== 'none') this.containers.set(containerId, { madeAt: now, fate, publishedAt: null });
    return answer === 'ok' ? { kind: 'created', containerId, awaitsUpload: false } : failed(answer);
  }

  private publish(id: string, effect: Weather['effect'], answer: Weather['answer'], now: Date): ActionOutcome {
    const container = this.containers.get(id);
    const { state } = this.statusOf(id, now);
    // One container becomes one post, however often it is published; what is not ready is refused.
    if (!container || state === 'published') return failed('rejected');
    if (state !== 'ready') return failed(state === 'in_progress' ? 'poll' : 'recreate');
    if (effect !== 'none') container.publishedAt ??= effect === 'now' ? now : after(now, lateness);
    if (answer === 'ok') return { kind: 'published', remoteId: `post of ${id}` };
    return failed(effect === 'none' || sayNothing.has(answer) ? answer : 'outcome_unknown');
  }

  private comment(effect: Weather['effect'], answer: Weather['answer'], now: Date): ActionOutcome {
    const id = `comment ${String(this.comments.length + 1)}`;
    if (effect !== 'none') this.comments.push({ id, at: now });
    if (answer === 'ok') return { kind: 'commented', commentId: id };
    return failed(effect === 'none' ? answer : 'outcome_unknown');
  }

  private read(action: PublishAction, now: Date): ActionOutcome {
    switch (action.kind) {
      case 'check':
      case 'check_child':
      case 'confirm':
        return { kind: 'status', status: this.statusOf(action.containerId, now) };
      case 'find_post':
        return { kind: 'found', remoteId: this.posts[0] ?? null };
      case 'read_permalink':
        return { kind: 'permalink', permalink: `https://x/${action.remoteId}` };
      case 'find_comment':
        return { kind: 'found_comment', commentId: this.comments[0]?.id ?? null };
      default:
        throw new Error(`The simulated network has no ${action.kind}`);
    }
  }

  private statusOf(id: string, now: Date): ContainerStatus {
    const container = this.containers.get(id);
    if (!container) return { state: 'expired' };
    if (container.publishedAt !== null && container.publishedAt <= now) return { state: 'published' };
    if (now > after(container.madeAt, hours(24))) return { state: 'expired' };
    switch (container.fate) {
      case 'ready':
        return { state: 'ready' };
      case 'slow':
        return { state: now >= after(container.madeAt, seconds(20)) ? 'ready' : 'in_progress' };
      default:
        return { state: 'failed', error: failure(container.fate, 'The media were not taken') };
    }
  }
}

function failed(errorClass: NetworkErrorClass): ActionOutcome {
  return { kind: 'failed', error: failure(errorClass, `a ${errorClass} answer`) };
}
