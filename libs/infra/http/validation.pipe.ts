import { isDeepStrictEqual } from 'node:util';
import { ValidationPipe, type ArgumentMetadata, type PipeTransform, type ValidationError } from '@nestjs/common';
import { ValidateBy, type ValidationOptions } from 'class-validator';
import { AppError, validationFailed, type Violation } from '#kernel/app-error';
import { requireStorable } from './storable-text.js';

const requiredParameter = 'isRequiredParameter';

/** A parameter without which the request makes no sense: its absence is a 400 and not one of the 422 sentences. */
export function IsRequiredParameter(options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: requiredParameter,
      validator: {
        validate: (value: unknown) => value !== undefined && value !== null && value !== '',
        defaultMessage: (args) => `param is missing or the value is empty: ${args?.property ?? ''}`,
      },
    },
    options,
  );
}

/** The one validation of bodies, queries and params: unknown keys are refused, every problem is named with its path. */
export function createValidationPipe(): PipeTransform {
  return new ObjectValidationPipe();
}

type Class = new () => object;

class ObjectValidationPipe implements PipeTransform {
  private readonly pipe = new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => toAppError(errors),
  });
  /** Classes that take an object without keys, and make nothing of it but a new instance. */
  private readonly contentWithNothing = new Set<unknown>();

  /** Without a promise where nothing was sent that could be judged: most queries are empty. */
  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    // Made by a decorator of ours, not by the client.
    if (metadata.type === 'custom') return value;
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    // Nest takes a list of bodies where one is declared; no route of ours does.
    if (metadata.type === 'body' && value !== undefined && !isObject) throw new AppError('malformed_request', 'The body must be a JSON object');
    const isEmpty = value === undefined || value === null || (isObject && !hasKeys(value));
    if (isObject) refuseInherited(value);
    if (!isEmpty) requireStorable(value);
    else if (this.contentWithNothing.has(metadata.metatype)) return new (metadata.metatype as Class)();
    return isEmpty ? this.judgeNothing(metadata) : this.pipe.transform(value, metadata);
  }

  /** What the rules say of an object without keys depends on the class alone, so it is asked once and remembered when it is "fine". */
  private async judgeNothing(metadata: ArgumentMetadata): Promise<unknown> {
    const instance: unknown = await this.pipe.transform({}, metadata);
    const { metatype } = metadata;
    if (metatype && instance instanceof metatype && isDeepStrictEqual(instance, new (metatype as Class)())) this.contentWithNothing.add(metatype);
    return instance;
  }
}

/** `toString` and other names of what every object has: the validator takes them for known, and passes over them. Deeper, e.g. in metadata, keys are the client's. */
function refuseInherited(value: object): void {
  const unknown = Object.keys(value).filter((key) => key in Object.prototype);
  if (unknown.length > 0) throw validationFailed(unknown.map((key) => ({ rule: 'whitelistValidation', path: key, message: `Unknown parameter: ${key}` })));
}

function hasKeys(value: object): boolean {
  for (const key in value) if (Object.hasOwn(value, key)) return true;
  return false;
}

function toAppError(errors: readonly ValidationError[]): AppError {
  const problems = errors.flatMap((error) => flatten(error, ''));
  const missing = problems.find((problem) => problem.rule === requiredParameter);
  if (missing) return new AppError('parameter_missing', missing.message);
  return validationFailed(problems);
}

function flatten(error: ValidationError, parent: string): Violation[] {
  const path = /^\d+$/.test(error.property) ? `${parent}[${error.property}]` : parent ? `${parent}.${error.property}` : error.property;
  const own = Object.entries(error.constraints ?? {}).map(([rule, message]) => ({
    rule,
    path,
    message: rule === 'whitelistValidation' ? `Unknown parameter: ${path}` : parent && !message.startsWith(path) ? message.replace(error.property, path) : message,
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => flatten(child, path))];
}
