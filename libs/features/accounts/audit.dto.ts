import { ApiProperty, ApiPropertyOptional, ApiSchema, IntersectionType, PickType } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import type { AuditEntry } from '#infra/writes/audit-entry';
import { IsMoment, ListQuery } from '#infra/http/list-query';
import { GroupQuery } from './profile.dto.js';

const idRule = { message: '$property is malformed' };

export class ListAuditQuery extends IntersectionType(PickType(ListQuery, ['limit', 'cursor'] as const), GroupQuery) {
  @ApiPropertyOptional({ example: 'post.created' })
  @IsOptional() @Matches(/^[a-z_]{1,40}\.[a-z_]{1,40}$/, idRule)
  action?: string;

  @ApiPropertyOptional({ description: 'Id of what was changed' })
  @IsOptional() @Matches(/^[A-Za-z0-9_-]{1,64}$/, idRule)
  target_id?: string;

  @ApiPropertyOptional({ description: 'Id of the key that made the change' })
  @IsOptional() @Matches(/^[A-Za-z0-9_-]{1,64}$/, idRule)
  key_id?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'At this moment or later' })
  @IsOptional() @IsMoment()
  from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Before this moment' })
  @IsOptional() @IsMoment()
  to?: string;
}

const digest = 'SHA-256 of the facts of the target, base64url: equal facts have equal digests';

@ApiSchema({ name: 'AuditEntry' })
export class AuditEntryDto {
  @ApiProperty({ example: 'aud_06f3k2v4n8q7r9s0t1w2x3y4z5' }) id!: string;
  @ApiProperty({ format: 'date-time' }) created_at!: string;
  @ApiProperty({ enum: ['api_key', 'command_line', 'network'], description: '`network`: a person on its consent page, or the network itself' }) actor!: string;
  @ApiProperty({ type: String, nullable: true, description: 'The key, when it was one' }) key_id!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'As in the logs' }) request_id!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'null: it concerns the whole workspace' }) profile_group_id!: string | null;
  @ApiProperty({ example: 'post.created' }) action!: string;
  @ApiProperty({ example: 'post_06f3k2v4n8q7r9s0t1w2x3y4z5' }) target_id!: string;
  @ApiProperty({ type: String, nullable: true, description: `Before. ${digest}` }) before_digest!: string | null;
  @ApiProperty({ type: String, nullable: true, description: `After. ${digest}` }) after_digest!: string | null;

  static from(row: AuditEntry): AuditEntryDto {
    return {
      id: row.id,
      created_at: row.createdAt.toISOString(),
      actor: row.actor,
      key_id: row.keyId,
      request_id: row.requestId,
      profile_group_id: row.profileGroupId,
      action: row.action,
      target_id: row.targetId,
      before_digest: row.beforeDigest,
      after_digest: row.afterDigest,
    };
  }
}

@ApiSchema({ name: 'AuditList' })
export class AuditListDto {
  @ApiProperty({ type: [AuditEntryDto] }) data!: AuditEntryDto[];
  @ApiProperty({ type: String, nullable: true }) next_cursor!: string | null;
}
