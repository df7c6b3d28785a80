import type { RequestLog } from '../calls/request-log.js';
import type { FaultList } from '../faults/fault-list.js';
import type { Json } from '../http/reply.js';
import type { AssetStore } from '../ingest/asset-store.js';
import type { UsageMeter } from '../limits/usage-meter.js';
import type { Store } from '../state/store.js';
import type { ControlAccess } from './control-access.rules.js';
import { object } from './object.shape.js';
import type { Shape } from './shape.js';

export interface ControlDoor {
  store: Store;
  faults: FaultList;
  assets: AssetStore;
  requests: RequestLog;
  usage: UsageMeter;
  access: ControlAccess;
  log: (line: string) => void;
}

/** Of a call, before anything is read: path parameters by name, query as text, body as parsed JSON. */
interface Raw {
  params: Record<string, string>;
  query: Record<string, unknown>;
  body: unknown;
}

interface RouteSpec<Q, B, A extends Json> {
  /** Operation id of the document. */
  id: string;
  method: 'GET' | 'POST' | 'DELETE';
  /** Below `/_sandbox`, parameters in braces. */
  path: string;
  tag: string;
  summary: string;
  /** Absent: no parameter is taken. */
  query?: Shape<Q>;
  /** Absent: no body, or an empty object. */
  body?: Shape<B>;
  status?: 201;
  answer: Shape<A>;
  /** Besides those which every route can answer: what is not there, what is there already. */
  refusals?: readonly (404 | 409)[];
  handle: (door: ControlDoor, input: { params: Record<string, string>; query: Q; body: B }) => A | Promise<A>;
}

/** A route that says all about itself: what it reads, what it answers, and what is written about it. */
export interface ControlRoute {
  id: string;
  method: string;
  path: string;
  tag: string;
  summary: string;
  query: Shape<unknown>;
  body: Shape<unknown> | null;
  status: number;
  answer: Shape<unknown>;
  refusals: readonly number[];
  /** The path with a named group for each parameter. */
  pattern: RegExp;
  run: (door: ControlDoor, raw: Raw) => Promise<Json>;
}

const NOTHING = object({});

export function controlRoute<Q, B, A extends Json>(spec: RouteSpec<Q, B, A>): ControlRoute {
  const query: Shape<unknown> = spec.query ?? NOTHING;
  const { id, method, path, tag, summary, answer } = spec;
  return {
    id, method, path, tag, summary, answer, query, body: spec.body ?? null, status: spec.status ?? 200, refusals: spec.refusals ?? [],
    pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{(\w+)\}/gu, '(?<$1>[^/]+)')}$`, 'u'),
    run: async (door, { params, query: given, body }) => spec.handle(door, {
      params,
      query: (spec.query ?? NOTHING).read(given, '') as Q,
      body: (spec.body ?? NOTHING).read(body, '') as B,
    }),
  };
}
