import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { SandboxFault, SandboxFaultMatch } from '#testing/sandbox-api';
import { Cast, type AcceptedPost } from './cast.js';
import type { Scenario, ScenarioContext, ScenarioResult } from './scenario.js';
import { cutWaitsShort, settleDown } from './settling.js';
import { Stage } from './stage.js';
import { judge } from './verdict.js';

export const crashPoints = ['K1', 'K2', 'K3', 'K4', 'K5', 'K6', 'K7', 'K8'] as const;
export type Point = (typeof crashPoints)[number];

/** What the network does besides; `hang` is cut by the sandbox after three seconds. */
export const networkFaults = {
  none: null,
  reset_after_effect: { kind: 'reset_after_effect' },
  hang: { kind: 'hang', ms: 3_000 },
  error_with_effect: { kind: 'error_after_effect', preset: '4/2207051' },
  html_502: { kind: 'http', status: 502, body: '<html>Bad gateway</html>' },
  duplicate: { kind: 'duplicate' },
} as const satisfies Record<string, SandboxFault | null>;
export type FaultName = keyof typeof networkFaults;

interface Cell {
  readonly point: Point;
  readonly fault: FaultName;
}

/** Long enough for any answer to be lost with the process that waits for it. */
const heldBack: SandboxFault = { kind: 'delay', ms: 60_000 };
const firstDueAfterMs = 8_000;
const reachedWithinMs = 150_000;

export interface MatrixPlan {
  readonly points: readonly Point[];
  readonly faults: readonly FaultName[];
  readonly workers: number;
  readonly preloads?: readonly string[];
}

/** Every crash point with every fault of the network, one post each: its worker dies there, and another one goes on. */
export const matrix: Scenario = {
  name: 'matrix',
  backends: ['postgres', 'redis'],
  run: (context) => runMatrix('matrix', context, { points: crashPoints, faults: Object.keys(networkFaults) as FaultName[], workers: 3 }),
};

export async function runMatrix(name: string, { backend, seed, cache }: ScenarioContext, plan: MatrixPlan): Promise<ScenarioResult> {
  const cells: Cell[] = plan.points.flatMap((point) => plan.faults.filter((fault) => isTold(point, fault)).map((fault) => ({ point, fault })));
  const stage = await Stage.open({ backend, cache, workers: plan.workers, preloads: plan.preloads ?? [] });
  try {
    const cast = await Cast.assemble(stage, cells.length);
    const dueAt = new Date(Date.now() + firstDueAfterMs);
    const waiting = new Map<AcceptedPost, Cell>();
    for (const [index, cell] of cells.entries()) {
      const brand = cast.brands[index];
      if (!brand) throw new Error('Each cell has a brand of its own');
      for (const { match, fault } of faultsOf(cell)) await stage.sandbox.fault({ ...match, account: brand.userId }, fault);
      const caption = `${cell.point}-${cell.fault}`;
      const post = await cast.post({ brand, caption, comment: `first on ${caption}`, scheduledAt: dueAt });
      if (cell.point !== 'K2' && cell.point !== 'K5') writeFileSync(join(stage.folder, 'crashes', `${cell.point}-${post.targetId}`), '');
      waiting.set(post, cell);
    }
    const killedAt = await killEach(stage, waiting);
    const unreached = [...waiting.values()].map(({ point, fault }) => `${point} with ${fault} was never reached`);
    await settleDown(stage, 150_000);
    const verdict = await judge(stage, cast, (targetId) => killedAt.get(targetId) ?? Number.POSITIVE_INFINITY);
    return { ...verdict, violations: [...unreached, ...verdict.violations], scenario: name, backend, kills: killedAt.size, seed };
  } finally {
    await stage.close();
  }
}

/** A network that does a publishing call twice makes two posts, whoever asks it: only its containers may be doubled. */
function isTold(point: Point, fault: FaultName): boolean {
  return fault !== 'duplicate' || point === 'K1' || point === 'K2' || point === 'K3';
}

/**
 * Where the fault strikes: the creation of the container for the points around it, the publishing call else. A call whose answer is
 * held back is hit already, so there it is the next of its kind: the creation after it, and after publishing the question that follows.
 */
function faultsOf({ point, fault: name }: Cell): { match: SandboxFaultMatch; fault: SandboxFault }[] {
  const creation = { method: 'POST', path: '/*/media' } as const;
  const publishing = { method: 'POST', path: '/*/media_publish' } as const;
  const fault = networkFaults[name];
  if (point === 'K2') return [{ match: creation, fault: heldBack }, ...(fault ? [{ match: { ...creation, nth: 2 }, fault }] : [])];
  if (point === 'K5') return [{ match: publishing, fault: heldBack }, ...(fault ? [{ match: { method: 'GET', path: '/*', nth: 2 } as const, fault }] : [])];
  return fault ? [{ match: point === 'K1' || point === 'K3' ? creation : publishing, fault }] : [];
}

/** Kills all workers whenever no further post comes to its point, until each has. Who stands at a point does nothing more. */
async function killEach(stage: Stage, waiting: Map<AcceptedPost, Cell>): Promise<Map<string, number>> {
  const killedAt = new Map<string, number>();
  const deadline = Date.now() + firstDueAfterMs + reachedWithinMs;
  while (waiting.size > 0 && Date.now() < deadline) {
    const reached = await gather(stage, waiting, deadline);
    if (reached.length === 0) continue;
    await stage.crew.killAll();
    for (const post of reached) {
      killedAt.set(post.targetId, Date.now());
      waiting.delete(post);
    }
  }
  if (waiting.size > 0) await stage.crew.killAll();
  return killedAt;
}

async function gather(stage: Stage, waiting: ReadonlyMap<AcceptedPost, Cell>, deadline: number): Promise<AcceptedPost[]> {
  let reached: AcceptedPost[] = [];
  let unchangedSince = Date.now();
  while (Date.now() < deadline) {
    // Who waits for a minute before its second try would come to its point that much later.
    await cutWaitsShort(stage);
    const now: AcceptedPost[] = [];
    for (const [post, cell] of waiting) if (await isReached(stage, post, cell)) now.push(post);
    if (now.length !== reached.length) unchangedSince = Date.now();
    reached = now;
    if (reached.length === waiting.size || (reached.length > 0 && Date.now() - unchangedSince > 3_000)) return reached;
    await pause(250);
  }
  return reached;
}

async function isReached(stage: Stage, post: AcceptedPost, { point }: Cell): Promise<boolean> {
  if (point !== 'K2' && point !== 'K5') return existsSync(join(stage.folder, 'crashes', `reached-${point}-${post.targetId}`));
  const { containers, media } = await stage.sandbox.ledger(post.brand.userId);
  return (point === 'K2' ? containers : media).length > 0;
}
