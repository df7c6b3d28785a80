type Schema = Readonly<Record<string, unknown>>;

/** Where a value departs from a JSON Schema, one sentence each: the part of the standard that the sandbox's documents use. */
export function violations(schema: unknown, value: unknown, document: unknown, path = '$'): string[] {
  const rule = resolved(schema as Schema, document);
  if (Array.isArray(rule['anyOf'])) {
    return rule['anyOf'].some((each) => violations(each, value, document, path).length === 0) ? [] : [`${path} fits no alternative`];
  }
  if (Array.isArray(rule['enum']) && !rule['enum'].includes(value)) return [`${path} is ${JSON.stringify(value)}`];
  if (rule['type'] !== undefined && rule['type'] !== typeOf(value) && !(rule['type'] === 'number' && typeOf(value) === 'integer')) return [`${path} is no ${JSON.stringify(rule['type'])}`];
  if (typeof value === 'number') return inRange(rule, value) ? [] : [`${path} is ${String(value)}`];
  if (typeof value === 'string') return typeof rule['pattern'] !== 'string' || new RegExp(rule['pattern'], 'u').test(value) ? [] : [`${path} does not match`];
  if (Array.isArray(value) && value.length > Number(rule['maxItems'] ?? Infinity)) return [`${path} has too many items`];
  if (Array.isArray(value)) return value.flatMap((item, index) => violations(rule['items'] ?? {}, item, document, `${path}[${String(index)}]`));
  return typeof value === 'object' && value !== null ? violationsOfObject(rule, value, document, path) : [];
}

/** What a `$ref` of the same document points at; throws when it points nowhere. */
export function resolved(schema: Schema, document: unknown): Schema {
  const reference = schema['$ref'];
  if (typeof reference !== 'string') return schema;
  let found: unknown = document;
  for (const key of reference.replace(/^#\//u, '').split('/')) found = (found as Schema | undefined)?.[key];
  if (found === undefined) throw new Error(`${reference} points nowhere`);
  return found as Schema;
}

function violationsOfObject(rule: Schema, value: object, document: unknown, path: string): string[] {
  const properties = (rule['properties'] ?? {}) as Schema;
  const required = (rule['required'] ?? []) as string[];
  const rest = rule['additionalProperties'];
  return [
    ...required.filter((name) => !Object.hasOwn(value, name)).map((name) => `${path}.${name} is missing`),
    ...Object.entries(value).flatMap(([name, item]) => {
      const known = properties[name] ?? (typeof rest === 'object' ? rest : undefined);
      if (known !== undefined) return violations(known, item, document, `${path}.${name}`);
      return rest === false ? [`${path}.${name} is not in the schema`] : [];
    }),
  ];
}

function inRange(rule: Schema, value: number): boolean {
  return value >= Number(rule['minimum'] ?? -Infinity) && value <= Number(rule['maximum'] ?? Infinity);
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (Number.isInteger(value)) return 'integer';
  return typeof value;
}
