import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsOverdueMinutes, IsOverduePolicy, overdueMinutesShape, overduePolicyShape } from './overdue-policy.shape.js';
import { overduePolicyNames, type OverduePolicy, type OverdueWish } from './overdue.rules.js';

@ApiSchema({ name: 'UpdateWorkspaceSettings' })
export class UpdateWorkspaceSettingsDto {
  @ApiPropertyOptional({ ...overduePolicyShape, description: 'What becomes of posts that nobody could publish at their time; null: as the installation says' })
  @IsOverduePolicy()
  overdue_policy?: OverduePolicy['policy'] | null;

  @ApiPropertyOptional({ ...overdueMinutesShape, description: 'How late `publish_late` still publishes; null: as the installation says' })
  @IsOverdueMinutes()
  overdue_minutes?: number | null;
}

@ApiSchema({ name: 'EffectiveWorkspaceSettings' })
export class EffectiveWorkspaceSettingsDto {
  @ApiProperty({ enum: [...overduePolicyNames] }) overdue_policy!: string;
  @ApiProperty({ example: 60 }) overdue_minutes!: number;
}

@ApiSchema({ name: 'WorkspaceSettings' })
export class WorkspaceSettingsDto {
  @ApiProperty({ ...overduePolicyShape, description: 'Null: as the installation says' }) overdue_policy!: string | null;
  @ApiProperty({ ...overdueMinutesShape, description: 'Null: as the installation says' }) overdue_minutes!: number | null;
  @ApiProperty({ type: EffectiveWorkspaceSettingsDto, description: 'What holds' }) effective!: EffectiveWorkspaceSettingsDto;

  static from({ wish, effective }: { readonly wish: OverdueWish; readonly effective: OverduePolicy }): WorkspaceSettingsDto {
    return { overdue_policy: wish.policy, overdue_minutes: wish.minutes, effective: { overdue_policy: effective.policy, overdue_minutes: effective.minutes } };
  }
}
