import { applyDecorators } from '@nestjs/common';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { overduePolicyNames } from './overdue.rules.js';

const policyRule = { message: `overdue_policy must be one of ${overduePolicyNames.join(', ')}, or null` };
const minutesRule = { message: 'overdue_minutes must be a whole number from 5 to 43200, or null' };

/** What a policy for late posts looks like, whoever has one. */
export const overduePolicyShape = { type: String, enum: [...overduePolicyNames], nullable: true, example: 'hold' } as const;
export const overdueMinutesShape = { type: 'integer', nullable: true, minimum: 5, maximum: 43_200, example: 120 } as const;

export const IsOverduePolicy = (): PropertyDecorator => applyDecorators(IsOptional(), IsIn(overduePolicyNames, policyRule));
export const IsOverdueMinutes = (): PropertyDecorator => applyDecorators(IsOptional(), IsInt(minutesRule), Min(5, minutesRule), Max(43_200, minutesRule));
