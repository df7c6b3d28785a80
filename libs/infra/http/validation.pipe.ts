import { ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common';
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

/** Nest takes a list of bodies where one is declared; no route of ours does. */
class ObjectValidationPipe extends ValidationPipe {
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (metadata.type === 'body' && value !== undefined && !isObject) throw new AppError('malformed_request', 'The body must be a JSON object');
    if (metadata.type !== 'custom') requireStorable(value);
    return super.transform(value ?? {}, metadata);
  }
}

/** The one validation of bodies, queries and params: unknown keys are refused, every problem is named with its path. */
export function createValidationPipe(): ValidationPipe {
  return new ObjectValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => toAppError(errors),
  });
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
