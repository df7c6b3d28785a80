import { ApiProperty, ApiPropertyOptional, ApiSchema, IntersectionType } from '@nestjs/swagger';
import { ArrayNotEmpty, ArrayUnique, IsArray, IsIn, IsInt, IsNotEmpty, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { IsMoment, ListQuery } from '#infra/http/list-query';
import { IsRequiredParameter } from '#infra/http/validation.pipe';
import type { StoredApiKey } from './api-key.repository.js';
import { keyState, longestName, longestOverlap } from './api-key.rules.js';
import type { IssuedApiKey } from './api-key.service.js';
import { permissions, type Permission } from './permission.js';
import { GroupQuery } from './profile.dto.js';

export const defaultOverlap = 86_400;

export class ListApiKeysQuery extends IntersectionType(ListQuery, GroupQuery) {}

@ApiSchema({ name: 'CreateApiKey' })
export class CreateApiKeyDto {
  @ApiProperty({ maxLength: longestName, example: 'Newsroom' })
  @IsRequiredParameter() @IsString() @MaxLength(longestName)
  name!: string;

  @ApiPropertyOptional({ enum: permissions, isArray: true, minItems: 1, description: 'Default: all that your key has' })
  @IsOptional() @IsArray() @ArrayNotEmpty() @ArrayUnique() @IsIn(permissions, { each: true, message: `permissions must be some of ${permissions.join(', ')}` })
  permissions?: Permission[];

  @ApiPropertyOptional({ description: 'Limits the key to one group. Default: the group of your key; without one, the whole workspace' })
  @IsOptional() @IsString() @IsNotEmpty() @MaxLength(64)
  profile_group_id?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Default: the expiry of your key; without one, never' })
  @IsOptional() @IsMoment()
  expires_at?: string;
}

@ApiSchema({ name: 'RotateApiKey' })
export class RotateApiKeyDto {
  @ApiPropertyOptional({ minimum: 0, maximum: longestOverlap / 1000, default: defaultOverlap, type: Number, description: 'How long the old secret goes on working' })
  @IsOptional() @IsInt() @Min(0) @Max(longestOverlap / 1000)
  overlap_seconds?: number | null;
}

@ApiSchema({ name: 'ApiKey' })
export class ApiKeyDto {
  @ApiProperty({ example: 'key_06f3k2v4n8q7r9s0t1w2x3y4z5' }) id!: string;
  @ApiProperty() name!: string;
  @ApiProperty({ example: 'hg_a1b2c3d4', description: 'The public part, to know it by' }) prefix!: string;
  @ApiProperty({ enum: ['active', 'revoked', 'expired'] }) status!: string;
  @ApiProperty({ enum: permissions, isArray: true }) permissions!: string[];
  @ApiProperty({ type: String, nullable: true, description: 'null: the whole workspace' }) profile_group_id!: string | null;
  @ApiProperty({ format: 'date-time' }) created_at!: string;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) expires_at!: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) revoked_at!: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time', description: 'Some seconds late' }) last_used_at!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'The key that a rotation put in its place' }) replaced_by_id!: string | null;

  static from(row: StoredApiKey, now: Date): ApiKeyDto {
    return {
      id: row.id,
      name: row.name,
      prefix: `hg_${row.prefix}`,
      status: keyState(row, now),
      permissions: [...row.permissions],
      profile_group_id: row.profileGroupId,
      created_at: row.createdAt.toISOString(),
      expires_at: row.expiresAt?.toISOString() ?? null,
      revoked_at: row.revokedAt?.toISOString() ?? null,
      last_used_at: row.lastUsedAt?.toISOString() ?? null,
      replaced_by_id: row.replacedById,
    };
  }
}

@ApiSchema({ name: 'IssuedApiKey' })
export class IssuedApiKeyDto extends ApiKeyDto {
  @ApiProperty({ example: 'hg_a1b2c3d4_Zk3vX9Tq7mN2pR5sW8yB4cD6fG1hJ0kL', description: 'The key itself. Shown only now' }) key!: string;

  static issued({ stored, key }: IssuedApiKey, now: Date): IssuedApiKeyDto {
    return { ...ApiKeyDto.from(stored, now), key };
  }
}

@ApiSchema({ name: 'ApiKeyList' })
export class ApiKeyListDto {
  @ApiPropertyOptional({ example: 1, description: 'In page mode: without `limit` and `cursor`' }) total?: number;
  @ApiPropertyOptional({ example: 0 }) page?: number;
  @ApiPropertyOptional({ example: 20 }) per_page?: number;
  @ApiProperty({ type: [ApiKeyDto] }) data!: ApiKeyDto[];
  @ApiProperty({ type: String, nullable: true, description: 'In both modes; null at the end' }) next_cursor!: string | null;
}

@ApiSchema({ name: 'Ping' })
export class PingDto {
  @ApiProperty() workspace_id!: string;
  @ApiProperty() key_id!: string;
  @ApiProperty({ description: 'The group this call was about' }) profile_group_id!: string;
}

@ApiSchema({ name: 'DeletedApiKey' })
export class DeletedApiKeyDto {
  @ApiProperty() deleted!: boolean;
}
