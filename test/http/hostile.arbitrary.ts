import fc, { type Arbitrary } from 'fast-check';

/** Texts that have broken servers before. */
export const hostileText: Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '', ' ', '\0', 'a\0b', '\ud800', 'a\udfff', '\u202e', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'null', 'undefined', 'NaN', 'true', '[object Object]',
    '-1', '0', '1e309', '9007199254740993', '99999999999999999999', '0x10', '1.5', "'", "' OR 1=1 --", '"', '\\', '%', '%00', '%_', '../../etc/passwd', '<script>', '{{7*7}}', '\r\nx-injected: 1',
    '[]', '{}', '{"__proto__":{"polluted":1}}', '2027-W05', '0000-01-01T00:00:00Z', '+275760-09-13T00:00:00.001Z', '2027-02-30', 'file:///etc/passwd', 'http://169.254.169.254/', 'http://[::1]/', 'http://0x7f000001:1/',
    'javascript:alert(1)', 'data:image/png;base64,AAAA', 'http://', 'http://127.0.0.1:1/', 'http://user:pass@127.0.0.1:1/', '😀', 'e\u0301', '\ufeff', ',', ',,a,', 'a,b',
  ),
  fc.string({ maxLength: 40, unit: 'binary' }),
  fc.integer({ min: 100, max: 12_000 }).map((length) => 'x'.repeat(length)),
);

/** JSON values of every kind but the expected one. Own keys called `__proto__` survive `Object.fromEntries` and JSON. */
const hostileValue: Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom<unknown>(null, true, false, 0, -0, -1, 1.5, 1e308, 2 ** 53, [], {}, [null], [[]], [{}], { length: -1 }, { toString: 1 }, { then: 1 }, { toJSON: 'x' }, { __type: 'x' }),
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'valueOf').map((name) => Object.fromEntries([[name, { polluted: 1 }]])),
  fc.jsonValue({ maxDepth: 3 }),
  fc.integer({ min: 2, max: 60 }).map((depth) => JSON.parse(`${'[{"a":'.repeat(depth)}1${'}]'.repeat(depth)}`) as unknown),
  fc.integer({ min: 3, max: 300 }).map((length) => Array.from({ length }, () => 'instagram')),
);

export interface Mutation {
  /** Which place, counted through all of the value, modulo how many there are. */
  readonly place: number;
  readonly kind: 'replace' | 'remove' | 'add' | 'repeat';
  readonly key: string;
  readonly value: unknown;
}

export const mutation: Arbitrary<Mutation> = fc.record({
  place: fc.nat(200),
  kind: fc.constantFrom('replace', 'replace', 'remove', 'add', 'repeat'),
  key: fc.oneof(fc.constantFrom('__proto__', 'constructor', 'id', 'workspace_id', 'status', 'toString', ''), fc.string({ maxLength: 10 })),
  value: hostileValue,
});

/** The value with one place in it changed. */
export function mutate(root: unknown, { place, kind, key, value }: Mutation): unknown {
  const total = countPlaces(root);
  let left = place % total;
  const visit = (node: unknown): unknown => {
    const isHere = left-- === 0;
    if (isHere && kind === 'replace') return value;
    if (isHere && kind === 'repeat') return [node, node];
    if (Array.isArray(node)) return isHere ? (kind === 'remove' ? [] : [...(node as unknown[]), value]) : node.map(visit);
    if (typeof node !== 'object' || node === null) return isHere ? value : node;
    const entries = Object.entries(node);
    if (isHere) return Object.fromEntries(kind === 'remove' ? entries.slice(1) : [...entries, [key, value]]);
    return Object.fromEntries(entries.map(([name, child]) => [name, visit(child)]));
  };
  return visit(root);
}

function countPlaces(node: unknown): number {
  if (typeof node !== 'object' || node === null) return 1;
  return Object.values(node).reduce<number>((sum, child) => sum + countPlaces(child), 1);
}
