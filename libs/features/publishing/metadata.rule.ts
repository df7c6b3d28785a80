import { ValidateBy } from 'class-validator';

/** Free JSON up to `maxBytes` when written as UTF-8. */
export function IsSmallJson(maxBytes: number): PropertyDecorator {
  return ValidateBy({
    name: 'isSmallJson',
    validator: {
      validate: (value: unknown) => Buffer.byteLength(JSON.stringify(value) ?? '') <= maxBytes,
      defaultMessage: (args) => `${args?.property ?? 'value'} must be at most ${maxBytes} bytes as JSON`,
    },
  });
}
