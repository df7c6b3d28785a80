import 'reflect-metadata';
import type { ArgumentMetadata } from '@nestjs/common';
import { Expose, Transform } from 'class-transformer';
import { IsInt, IsOptional } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { AppError } from '#kernel/app-error';
import { createValidationPipe, IsRequiredParameter } from './validation.pipe.js';

class AllOptional {
  @IsOptional() @IsInt()
  page?: number;

  @IsOptional()
  kind = 'any';
}
class Required {
  @IsRequiredParameter()
  post?: string;
}
let counted = 0;
class Counting {
  @Expose() @IsOptional()
  @Transform(() => (counted += 1))
  turn?: number;
}

const pipe = createValidationPipe();
const query = (metatype: NonNullable<ArgumentMetadata['metatype']>): ArgumentMetadata => ({ type: 'query', metatype });
const judge = async (value: unknown, metadata: ArgumentMetadata): Promise<unknown> => pipe.transform(value, metadata) as unknown;

describe('the validation of nothing', () => {
  it.each([[{}], [Object.create(null)], [undefined], [null]])('makes a new instance of %j each time', async (nothing) => {
    const made = [await judge(nothing, query(AllOptional)), await judge(nothing, query(AllOptional)), await judge(nothing, query(AllOptional))];
    for (const each of made) expect(each).toEqual(Object.assign(new AllOptional(), { kind: 'any' }));
    expect(new Set(made).size).toBe(3);
    expect(made.every((each) => each instanceof AllOptional)).toBe(true);
  });

  it('needs no promise the second time', async () => {
    await judge({}, query(AllOptional));
    expect(pipe.transform({}, query(AllOptional))).toBeInstanceOf(AllOptional);
  });

  it('refuses it every time where something is required', async () => {
    for (let each = 0; each < 3; each += 1) await expect(judge({}, query(Required))).rejects.toMatchObject({ code: 'parameter_missing' });
  });

  it('is done every time where something is made of nothing', async () => {
    const turns = [await judge({}, query(Counting)), await judge({}, query(Counting)), await judge({}, query(Counting))];
    expect(turns).toEqual([{ turn: 1 }, { turn: 2 }, { turn: 3 }]);
  });

  it('changes nothing for what follows: keys are still judged', async () => {
    await judge({}, query(AllOptional));
    await expect(judge({ page: 'x' }, query(AllOptional))).rejects.toMatchObject({ code: 'validation_failed' });
    await expect(judge({ other: 1 }, query(AllOptional))).rejects.toMatchObject({ errors: ['Unknown parameter: other'] });
    for (const body of [[], 'text', 7]) expect(() => { pipe.transform(body, { type: 'body', metatype: AllOptional }); }).toThrow(AppError);
  });
});

describe('keys that every object has', () => {
  it.each(['toString', 'constructor', 'hasOwnProperty', 'valueOf'])('are unknown parameters: %s', async (key) => {
    await expect(judge({ page: 1, [key]: 1 }, query(AllOptional))).rejects.toMatchObject({ code: 'validation_failed', details: { violations: [{ message: `Unknown parameter: ${key}` }] } });
    expect(await judge({ kind: { [key]: 1 } }, query(AllOptional))).toBeInstanceOf(AllOptional);
  });
});
