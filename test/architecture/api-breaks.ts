interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly [limit: string]: unknown;
}
type Contents = { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> };
interface Operation {
  readonly operationId: string;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean; readonly schema: Schema }[];
  readonly requestBody?: Contents & { readonly required?: boolean };
  readonly responses: Readonly<Record<string, Contents>>;
}
export interface ApiDescription {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export interface Break {
  readonly operationId: string;
  /** The property, parameter or status that it is about; null for the operation itself. */
  readonly subject: string | null;
  readonly sentence: string;
}

/** What a client written for `before` may stumble over in `after`. Additions are none: clients overlook what they do not know. */
export function findBreaks(before: ApiDescription, after: ApiDescription): Break[] {
  return Object.entries(before.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, was]) => {
      const is = after.paths[path]?.[method];
      return new Comparison(was, is, before, after).run(`${method.toUpperCase()} ${path}`);
    }),
  );
}

/** Limits that a request may no longer exceed: lower is stricter for `max…`, higher for `min…`. */
const upper = ['maximum', 'maxLength', 'maxItems'];
const lower = ['minimum', 'minLength', 'minItems'];
/** Deeper than any DTO; it ends a schema that contains itself. */
const maxDepth = 12;

class Comparison {
  private readonly found: Break[] = [];

  constructor(private readonly was: Operation, private readonly is: Operation | undefined, private readonly before: ApiDescription, private readonly after: ApiDescription) {}

  run(route: string): Break[] {
    const { was, is } = this;
    if (!is) this.report(null, `${route} is gone`);
    else {
      if (is.operationId !== was.operationId) this.report(null, `${route} is called ${is.operationId} now`);
      if (is.security && !was.security) this.report(null, `${route} needs a key now`);
      this.parameters(is);
      this.body(is);
      this.answers(is);
    }
    return this.found;
  }

  private report(subject: string | null, sentence: string): void {
    if (!this.found.some((known) => known.sentence === sentence)) this.found.push({ operationId: this.was.operationId, subject, sentence });
  }

  private parameters(is: Operation): void {
    const same = (a: { name: string; in: string }) => (b: { name: string; in: string }) => a.name === b.name && a.in === b.in;
    for (const parameter of this.was.parameters ?? []) {
      const now = is.parameters?.find(same(parameter));
      if (!now) this.report(parameter.name, `${parameter.name} is not taken any more`);
      else this.request(parameter.name, parameter.schema, now.schema);
    }
    for (const parameter of is.parameters ?? []) {
      if (parameter.required && !this.was.parameters?.find(same(parameter))?.required) this.report(parameter.name, `${parameter.name} is required now`);
    }
  }

  private body(is: Operation): void {
    if (is.requestBody?.required && !this.was.requestBody) this.report(null, 'a body is required now');
    for (const [type, { schema }] of Object.entries(this.was.requestBody?.content ?? {})) {
      const now = is.requestBody?.content?.[type];
      if (!now) this.report(type, `${type} is not taken any more`);
      else if (schema && now.schema) this.request('body', schema, now.schema);
    }
  }

  private answers(is: Operation): void {
    for (const [status, { content }] of Object.entries(this.was.responses).filter(([each]) => each.startsWith('2'))) {
      if (!is.responses[status]) this.report(status, `${status} is not answered any more`);
      for (const [type, { schema }] of Object.entries(content ?? {})) {
        const now = is.responses[status]?.content?.[type]?.schema;
        if (schema && now) this.answer('answer', schema, now);
        else if (is.responses[status]) this.report(type, `${status} has no ${type} any more`);
      }
    }
  }

  /** What was taken must still be taken. */
  private request(name: string, old: Schema, now: Schema, depth = 0): void {
    const [a, b] = [resolve(old, this.before), resolve(now, this.after)];
    const lost = typesOf(a).filter((type) => !accepts(b, type));
    if (lost.length > 0) this.report(name, `${name} takes no ${lost.join(' or ')} any more`);
    const values = b.enum && (a.enum ?? ['anything']).filter((value) => !b.enum?.includes(value));
    if (values && values.length > 0) this.report(name, `${name} does not take ${values.join(', ')} any more`);
    for (const limit of [...upper, ...lower]) if (isStricter(limit, a[limit], b[limit])) this.report(name, `${name} has a stricter ${limit}`);
    if (depth > maxDepth) return;
    if (a.items && b.items) this.request(name, a.items, b.items, depth + 1);
    for (const [key, child] of Object.entries(a.properties ?? {})) {
      const next = b.properties?.[key];
      if (next) this.request(key, child, next, depth + 1);
      else if (b.properties) this.report(key, `${key} is not taken any more`);
    }
    for (const key of b.required ?? []) if (!a.required?.includes(key)) this.report(key, `${key} is required now`);
  }

  /** What was given must still be given, and be nothing it could not be before. */
  private answer(name: string, old: Schema, now: Schema, depth = 0): void {
    const [a, b] = [resolve(old, this.before), resolve(now, this.after)];
    const fresh = typesOf(b).filter((type) => !accepts(a, type));
    if (fresh.length > 0) this.report(name, `${name} may be ${fresh.join(' or ')} now`);
    if (depth > maxDepth) return;
    if (a.items && b.items) this.answer(name, a.items, b.items, depth + 1);
    for (const [key, child] of Object.entries(a.properties ?? {})) {
      const next = b.properties?.[key];
      if (!next) this.report(key, `${key} is not in the answer any more`);
      else {
        this.answer(key, child, next, depth + 1);
        if (a.required?.includes(key) && !b.required?.includes(key)) this.report(key, `${key} may be missing from the answer now`);
      }
    }
  }
}

/** The schema behind a reference, also one that may be null. */
function resolve(schema: Schema, { components }: ApiDescription): Schema {
  const alternatives = schema.oneOf ?? schema.allOf;
  const reference = schema.$ref ?? alternatives?.find(({ $ref }) => $ref)?.$ref;
  const target = reference === undefined ? undefined : components.schemas[reference.replace('#/components/schemas/', '')];
  if (!target) return alternatives ? { ...schema, type: alternatives.flatMap(typesOf) } : schema;
  return alternatives?.some(({ type }) => type === 'null') ? { ...target, type: [...typesOf(target), 'null'] } : target;
}

function typesOf({ type }: Schema): readonly string[] {
  return type === undefined ? [] : typeof type === 'string' ? [type] : type;
}

/** No type at all is any type, and each whole number is a number. */
function accepts(schema: Schema, type: string): boolean {
  const types = typesOf(schema);
  return types.length === 0 || types.includes(type) || (type === 'integer' && types.includes('number'));
}

function isStricter(limit: string, old: unknown, now: unknown): boolean {
  if (typeof now !== 'number') return false;
  if (typeof old !== 'number') return true;
  return upper.includes(limit) ? now < old : now > old;
}

/** Breaks that no line of the changelog's "Unreleased" admits: one that says **Breaking** and names the operation and the subject in backticks. */
export function unannounced(breaks: readonly Break[], changelog: string): Break[] {
  const unreleased = changelog.split(/^## \[/m)[1] ?? '';
  const entries = unreleased.split(/^- /m).filter((entry) => entry.includes('**Breaking'));
  return breaks.filter(({ operationId, subject }) => !entries.some((entry) => [operationId, subject].every((name) => name === null || entry.includes(`\`${name}\``))));
}
