import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { ApiDocument } from './api-document.js';
import type { FuzzRequest } from './request.arbitrary.js';

export interface FuzzAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** What a request that names no documented operation, or never reaches one, may be answered (introduction of the document). */
const general = ['400', '404', '413', '415'];

/** Instagram's, and the database's: said where a route documents them. */
const failuresOfOthers: ReadonlySet<number> = new Set([502, 503, 504]);

/** Whether an answer is one of those that docs/openapi.json promises for the operation. */
export class AnswerCheck {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: false });
  private readonly compiled = new Map<string, ValidateFunction>();

  constructor(private readonly document: ApiDocument) {
    formats.default(this.ajv);
    this.ajv.addSchema(document.document, 'api');
  }

  /** @returns one sentence for each broken promise */
  problems(request: FuzzRequest, answer: FuzzAnswer): string[] {
    const found: string[] = [];
    if (typeof answer.headers['x-request-id'] !== 'string') found.push('has no x-request-id');
    if (answer.status >= 500 && !failuresOfOthers.has(answer.status)) found.push(`answered ${answer.status}`);
    const operation = this.document.operations.find(({ operationId }) => operationId === request.operationId) ?? this.served(request);
    const status = String(answer.status);
    const schema = operation?.responses[status] ? this.schemaOf(operation, status) : null;
    if (schema) return [...found, ...this.violations(schema.pointer, schema.isJson ? parse(answer.text) : answer.text)];
    const isGeneral = !operation?.security && general.includes(status);
    if (!isGeneral) return [...found, `answered ${status}, which is not documented for ${request.operationId ?? 'unknown routes'}`];
    return [...found, ...this.violations('api#/components/schemas/Error', parse(answer.text))];
  }

  /** A wild method or address may be that of a route after all: `GET /api/posts/validate` asks for a post of that name. */
  private served({ method, url }: FuzzRequest): ApiDocument['operations'][number] | undefined {
    const asked = (url.split('?')[0] ?? '').replace(/\/+$/, '').split('/');
    return this.document.operations.find((operation) => {
      const steps = operation.path.split('/');
      return operation.method === method && steps.length === asked.length && steps.every((step, index) => step.startsWith('{') || step === asked[index]);
    });
  }

  private schemaOf({ path, method, responses }: ApiDocument['operations'][number], status: string): { pointer: string; isJson: boolean } | null {
    const type = Object.keys(responses[status]?.content ?? {})[0];
    if (type === undefined) return null;
    const steps = ['paths', path, method.toLowerCase(), 'responses', status, 'content', type, 'schema'];
    const pointer = steps.map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
    return { pointer: `api#/${pointer}`, isJson: type.endsWith('json') };
  }

  private violations(pointer: string, value: unknown): string[] {
    const validate = this.compiled.get(pointer) ?? this.ajv.compile({ $ref: pointer });
    this.compiled.set(pointer, validate);
    return validate(value) ? [] : [`does not match ${decodeURIComponent(pointer)}: ${this.ajv.errorsText(validate.errors)}`];
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Nothing that JSON can hold: no schema takes it.
    return undefined;
  }
}
