import { ApiProperty, ApiPropertyOptional, ApiSchema, IntersectionType, PickType } from '@nestjs/swagger';
import { IsNotEmpty, IsOptional, IsString, Matches } from 'class-validator';
import { ListQuery } from '#infra/http/list-query';
import type { ProfileGroupRow } from './profile-group.repository.js';
import type { ProfileRow } from './profile.repository.js';

/** Every guarded route takes it; the key guard has resolved and checked it before the handler runs. */
export class GroupQuery {
  @ApiPropertyOptional({ description: 'The group this call is about. Default: the key\'s group, else the workspace\'s first' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  profile_group_id?: string;
}

/** Lists that are whole unless `limit` or `cursor` asks for a part. */
export class KeysetQuery extends IntersectionType(PickType(ListQuery, ['limit', 'cursor'] as const), GroupQuery) {}

const nextCursor = { type: String, nullable: true, description: 'With `limit` or `cursor`; null at the end' } as const;

export class IdParam {
  @ApiProperty({ example: 'post_06f3k2v4n8q7r9s0t1w2x3y4z5' })
  @Matches(/^[A-Za-z0-9_-]{1,64}$/, { message: 'id is malformed' })
  id!: string;
}

@ApiSchema({ name: 'Profile' })
export class ProfileDto {
  @ApiProperty({ example: 'prof_06f3k2v4n8q7r9s0t1w2x3y4z5' }) id!: string;
  @ApiProperty({ example: 'Bay Area Coffee' }) name!: string;
  @ApiProperty({ example: 'bayareacoffee' }) username!: string;
  @ApiProperty({ enum: ['active', 'expired', 'inactive'] }) status!: string;
  @ApiProperty({ type: String, enum: ['account_blocked'], nullable: true, description: 'Why it is `inactive`: the network asks for something in its own app' }) status_reason!: string | null;
  @ApiProperty({ example: 'instagram' }) platform!: string;
  @ApiProperty({ example: 'grp_06f3k2v4n8q7r9s0t1w2x3y4z5' }) profile_group_id!: string;
  @ApiProperty({ type: String, nullable: true, format: 'date-time', description: 'When the connection lapses; null when unknown' }) expires_at!: string | null;
  @ApiProperty({ example: 12 }) post_count!: number;
  @ApiProperty({ type: String, nullable: true }) avatar_url!: string | null;

  static from(row: ProfileRow): ProfileDto {
    return {
      id: row.id,
      name: row.name,
      username: row.username,
      status: row.status,
      status_reason: row.statusReason,
      platform: row.network,
      profile_group_id: row.profileGroupId,
      expires_at: row.tokenExpiresAt?.toISOString() ?? null,
      post_count: row.postCount,
      avatar_url: row.avatarUrl,
    };
  }
}

@ApiSchema({ name: 'ProfileStatsRecord' })
export class ProfileStatsRecordDto {
  @ApiProperty({ type: 'object', additionalProperties: { type: 'number' }, description: 'By the names of this API' }) stats!: Record<string, number>;
  @ApiProperty({ type: 'object', additionalProperties: true, description: 'By the names of the network' }) raw_stats!: Record<string, unknown>;
  @ApiProperty({ format: 'date-time' }) recorded_at!: string;
}

/** Nothing is measured yet: until statistics are built, the honest values are an empty list and null. */
@ApiSchema({ name: 'ProfileDetail' })
export class ProfileDetailDto extends ProfileDto {
  @ApiProperty({ type: [ProfileStatsRecordDto], description: 'The newest measurement of each placement; empty while nothing has been measured, which this version does not do yet' })
  latest_stats!: ProfileStatsRecordDto[];

  @ApiProperty({ type: 'object', additionalProperties: { type: 'number' }, nullable: true, description: 'The account in a few numbers; null while nothing has been measured, which this version does not do yet' })
  summary_stats!: Record<string, number> | null;

  static override from(row: ProfileRow): ProfileDetailDto {
    return { ...ProfileDto.from(row), latest_stats: [], summary_stats: null };
  }
}

@ApiSchema({ name: 'Placement' })
export class PlacementDto {
  @ApiProperty({ example: '1234567890' }) id!: string;
  @ApiProperty({ example: 'Recipes' }) name!: string;
}

@ApiSchema({ name: 'PlacementList' })
export class PlacementListDto {
  @ApiProperty({ type: [PlacementDto], description: 'Empty where an account is one place' }) data!: PlacementDto[];
}

@ApiSchema({ name: 'ProfileList' })
export class ProfileListDto {
  @ApiProperty({ type: [ProfileDto] }) data!: ProfileDto[];
  @ApiPropertyOptional(nextCursor) next_cursor?: string | null;
}

@ApiSchema({ name: 'RemovedProfile' })
export class RemovedProfileDto {
  @ApiProperty({ enum: [true] }) success!: boolean;
}

@ApiSchema({ name: 'ProfileGroup' })
export class ProfileGroupDto {
  @ApiProperty({ example: 'grp_06f3k2v4n8q7r9s0t1w2x3y4z5' }) id!: string;
  @ApiProperty({ example: 'First brand' }) name!: string;
  @ApiProperty({ example: 1 }) profiles_count!: number;

  static from(row: ProfileGroupRow): ProfileGroupDto {
    return { id: row.id, name: row.name, profiles_count: row.profilesCount };
  }
}

@ApiSchema({ name: 'ProfileGroupList' })
export class ProfileGroupListDto {
  @ApiProperty({ type: [ProfileGroupDto] }) data!: ProfileGroupDto[];
  @ApiPropertyOptional(nextCursor) next_cursor?: string | null;
}
