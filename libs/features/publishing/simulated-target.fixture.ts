import { after, minutes } from '#kernel/clock';
import { intentStep, nextAction, type ActionOutcome, type PublishAction, type RequestShape } from './publish.action.js';
import { settle } from './publish.machine.js';
import { leaseLength } from './publish-lease.repository.js';
import { failure } from './publish.policy.js';
import { freshState } from './publish-state.fixture.js';
import { finish, fail, noError, wait, type Settlement } from './publish.settlement.js';
import { hasToBegin, pauseBefore } from './publish.timing.js';
import type { TargetState } from './publish-target.js';
import { fair, SimulatedNetwork, type Weather } from './simulated-network.fixture.js';

/** Where a worker dies, or is held up until others think so; `fault`: our own code throws instead of calling. */
export type Mishap = 'before_intent' | 'before_call' | 'before_outcome' | 'fault';

export interface WorkPlan {
  /** Of the calls in their order; the rest are fair. */
  readonly weathers: readonly Weather[];
  readonly mishap: { readonly call: number; readonly kind: Mishap } | null;
}

export interface Setting {
  readonly shape: RequestShape;
  readonly publishAt: Date | null;
  readonly dueAt: Date;
  /** The machine; another one is used to prove that the model finds what it is made for. */
  readonly settle?: typeof settle;
}

const maxCalls = 40;
const maxRounds = 600;

/** One row and the workers and people around it, as the repositories let them act on it; and what must always be true of that. */
export class SimulatedTarget {
  now: Date;
  readonly network = new SimulatedNetwork();
  state: TargetState;
  private lease: { readonly id: number; readonly until: Date } | null = null;
  private leases = 0;
  /** Outcomes of workers that were held up with them. */
  private readonly held: { readonly lease: number; readonly settlement: Settlement }[] = [];
  private hasContainerFailed = false;
  /** People have been told of a doubt and have asked for nothing since. */
  private isDoubtShown = false;
  private readonly settle: typeof settle;

  constructor(private readonly setting: Setting) {
    this.now = freshState.attemptedAt ?? new Date(0);
    this.settle = setting.settle ?? settle;
    this.state = { ...freshState, status: 'pending', attemptedAt: null, publishAt: setting.publishAt, dueAt: setting.dueAt };
  }

  pass(milliseconds: number): void {
    this.now = after(this.now, milliseconds);
  }

  /** One run of a worker, as `PublishRunner` does it. */
  work({ weathers, mishap }: WorkPlan): void {
    const lease = this.acquire();
    if (lease === null) return;
    for (let call = 0; call < maxCalls; call += 1) {
      if (hasToBegin(this.state, this.now)) this.begin();
      const action = nextAction(this.state, this.setting.shape);
      const pause = action && pauseBefore(this.state, action, this.now);
      if (!action) this.write(lease, this.state.publishedAt ? finish({}) : fail(failure('rejected', 'No thread')));
      if (pause) this.write(lease, wait({ dueAt: pause, ...noError }));
      if (!action || pause) return;
      const kind = mishap?.call === call ? mishap.kind : null;
      if (kind === 'before_intent') return;
      const before = this.state;
      this.intend(action);
      if (kind === 'before_call') return;
      const outcome = kind === 'fault' ? interrupted(action) : this.call(action, weathers[call] ?? fair);
      this.hasContainerFailed = outcome.kind === 'status' && outcome.status.state === 'failed';
      const settlement = this.settle(before, this.setting.shape, action, outcome, this.now);
      if (kind === 'before_outcome') {
        this.held.push({ lease, settlement });
        return;
      }
      this.write(lease, settlement);
      if (!settlement.goesOn) return;
    }
    this.lease = null;
  }

  /** A worker that was held up goes on where it was: with the lease lost it must change nothing. */
  wake(): void {
    const pending = this.held.shift();
    if (pending && this.write(pending.lease, pending.settlement)) this.lease = null;
  }

  /** As `PostChangeRepository`: until five minutes before the time, and only while nothing was begun. */
  edit(publishAt: Date): void {
    const { publishAt: planned, attemptedAt, publishCalledAt, publishedAt } = this.state;
    if (planned === null || planned <= after(this.now, minutes(5)) || attemptedAt || publishCalledAt || publishedAt || this.state.status === 'failed') return;
    this.lease = null;
    this.state = { ...freshState, status: 'pending', attemptedAt: null, publishAt, dueAt: after(publishAt, -minutes(10)) };
  }

  /** As `PostRetryRepository`. */
  retry(): void {
    if (this.state.status !== 'failed' || this.state.step !== 'done' || this.state.publishedAt || this.isLeased()) return;
    const asksFirst = this.state.containerId !== null && this.state.publishCalledAt !== null && !this.hasContainerFailed;
    const { containerId, publishStartedAt, publishCalledAt, childContainers, publishAt } = this.state;
    this.state = { ...freshState, status: 'pending', attemptedAt: null, publishAt, dueAt: this.now, ...(asksFirst && { step: 'publishing', containerId, publishStartedAt, publishCalledAt, childContainers }) };
    this.isDoubtShown = false;
  }

  /** As `PostReconcileRepository`. */
  reconcile(): void {
    const { status, containerId, remoteId, step } = this.state;
    const isUnconfirmed = status === 'unconfirmed' && containerId !== null;
    if (!isUnconfirmed && !(status === 'published' && remoteId === null && (step === 'reading_back' || step === 'done'))) return;
    this.state = { ...this.state, ...(isUnconfirmed && { step: 'publishing' }), checks: 0, dueAt: this.now };
  }

  /** As reconnecting the account, or a person's word: at its time, or now. */
  release(): void {
    const { hold, publishAt } = this.state;
    if (hold !== null) this.state = { ...this.state, hold: null, heldAt: null, ...noError, dueAt: publishAt !== null && publishAt > this.now ? publishAt : this.now };
  }

  /** From here on all is well: the row must come to its end by itself, and say what is true. */
  settleDown(): void {
    this.release();
    for (let round = 0; round < maxRounds && this.state.dueAt; round += 1) {
      this.now = new Date(Math.max(this.now.getTime(), this.state.dueAt.getTime(), this.lease?.until.getTime() ?? 0));
      this.work({ weathers: [], mishap: null });
    }
    if (this.state.step !== 'done' || this.state.dueAt) throw new Error(`It never ends: ${this.describe()}`);
    const isLive = this.network.posts.length > 0;
    if (this.state.status === 'published' && !isLive) throw new Error(`Said to be live and is not: ${this.describe()}`);
    this.check();
  }

  check(): void {
    const { status, step, dueAt, hold } = this.state;
    if (this.network.posts.length > 1) throw new Error(`Live twice: ${this.describe()}`);
    if (this.network.comments.length > 1) throw new Error(`Commented twice: ${this.describe()}`);
    if (status === 'failed' && this.network.posts.length > 0) throw new Error(`Live and said to have failed: ${this.describe()}`);
    if (step !== 'done' && dueAt === null && hold === null) throw new Error(`Forgotten: ${this.describe()}`);
  }

  private describe(): string {
    const { status, step, attempts, checks, dueAt } = this.state;
    return JSON.stringify({ status, step, attempts, checks, dueAt, now: this.now, posts: this.network.posts, comments: this.network.comments.length });
  }

  private call(action: PublishAction, weather: Weather): ActionOutcome {
    if (action.kind === 'publish' && this.state.publishAt && this.now < this.state.publishAt) throw new Error(`Published before its time: ${this.describe()}`);
    if (action.kind === 'publish' && this.isDoubtShown) throw new Error(`Sent again after its doubt was shown: ${this.describe()}`);
    return this.network.perform(action, weather, this.now);
  }

  private isLeased(): boolean {
    return this.lease !== null && this.lease.until > this.now;
  }

  private acquire(): number | null {
    if (this.isLeased() || this.state.dueAt === null || this.state.dueAt > this.now) return null;
    this.leases += 1;
    this.lease = { id: this.leases, until: after(this.now, leaseLength) };
    return this.leases;
  }

  private begin(): void {
    const { status } = this.state;
    this.state = { ...this.state, attemptedAt: this.now, status: status === 'pending' || status === 'failed_waiting_for_retry' ? 'processing' : status };
  }

  private intend(action: PublishAction): void {
    const publishes = action.kind === 'publish' ? { publishStartedAt: this.state.publishStartedAt ?? this.now, publishCalledAt: this.now } : {};
    const comments = action.kind === 'comment' ? { commentCalledAt: this.now } : {};
    this.state = { ...this.state, step: intentStep(action, this.state.step), ...publishes, ...comments };
  }

  /** Fenced by the lease. */
  private write(lease: number, settlement: Settlement): boolean {
    if (this.lease?.id !== lease) return false;
    this.state = { ...this.state, ...settlement.patch };
    if (this.state.status === 'unconfirmed') this.isDoubtShown = true;
    if (!settlement.goesOn) this.lease = null;
    return true;
  }
}

function interrupted(action: PublishAction): ActionOutcome {
  return { kind: 'failed', error: failure(action.kind === 'publish' || action.kind === 'comment' ? 'outcome_unknown' : 'retry_later', 'A fault of ours') };
}
