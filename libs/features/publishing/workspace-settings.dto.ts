import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { overduePolicyNames, type OverduePolicy, type OverdueWish } from './overdue.rules.js';

const policyRule = { message: `overdue_policy must be one of ${overduePolicyNames.join(', ')}, or null` };
const minutesRule = { message: 'overdue_minutes must be a whole number from 5 to 43200, or null' };
const policyShape = { type: String, enum: [...overduePolicyNames], nullable: true, example: 'hold' } as const;
const minutesShape = { type: 'integer', nullable: true, minimum: 5, maximum: 43_200, example: 120 } as const;

@ApiSchema({ name: 'UpdateWorkspaceSettings' })
export class UpdateWorkspaceSettingsDto {
  @ApiPropertyOptional({ ...policyShape, description: 'What becomes of posts that nobody could publish at their time; null: as the installation says' })
  @IsOptional() @IsIn(overduePolicyNames, policyRule)
  overdue_policy?: OverduePolicy['policy'] | null;

  @ApiPropertyOptional({ ...minutesShape, description: 'How late `publish_late` still publishes; null: as the installation says' })
  @IsOptional() @IsInt(minutesRule) @Min(5, minutesRule) @Max(43_200, minutesRule)
  overdue_minutes?: number | null;
}

@ApiSchema({ name: 'EffectiveWorkspaceSettings' })
export class EffectiveWorkspaceSettingsDto {
  @ApiProperty({ enum: [...overduePolicyNames] }) overdue_policy!: string;
  @ApiProperty({ example: 60 }) overdue_minutes!: number;
}

@ApiSchema({ name: 'WorkspaceSettings' })
export class WorkspaceSettingsDto {
  @ApiProperty({ ...policyShape, description: 'Null: as the installation says' }) overdue_policy!: string | null;
  @ApiProperty({ ...minutesShape, description: 'Null: as the installation says' }) overdue_minutes!: number | null;
  @ApiProperty({ type: EffectiveWorkspaceSettingsDto, description: 'What holds' }) effective!: EffectiveWorkspaceSettingsDto;

  static from({ wish, effective }: { readonly wish: OverdueWish; readonly effective: OverduePolicy }): WorkspaceSettingsDto {
    return { overdue_policy: wish.policy, overdue_minutes: wish.minutes, effective: { overdue_policy: effective.policy, overdue_minutes: effective.minutes } };
  }
}
