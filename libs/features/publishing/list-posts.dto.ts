import { ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { IsArray, IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { GroupQuery } from '#features/accounts/index';
import { IsMoment, ListQuery, ToList } from '#infra/http/list-query';

/** A post's own states, and two that look at its targets: `published` (all through) and `failed` (at least one failed). */
export const postStatusFilters = ['draft', 'pending', 'scheduled', 'processing', 'processed', 'media_processing_failed', 'published', 'failed'] as const;
export type PostStatusFilter = (typeof postStatusFilters)[number];

export class ListPostsQuery extends IntersectionType(ListQuery, GroupQuery) {
  @ApiPropertyOptional({ enum: postStatusFilters })
  @IsOptional() @IsIn(postStatusFilters)
  status?: PostStatusFilter;

  @ApiPropertyOptional({ type: [String], description: 'Networks: `a,b` or `platforms[]=a&platforms[]=b`' })
  @IsOptional() @ToList() @IsArray() @IsString({ each: true })
  platforms?: string[];

  @ApiPropertyOptional({ enum: ['heliograph', 'imported'] })
  @IsOptional() @IsIn(['heliograph', 'imported'])
  source?: string;

  @ApiPropertyOptional({ format: 'date-time' })
  @IsOptional() @IsMoment()
  scheduled_after?: string;

  @ApiPropertyOptional({ format: 'date-time' })
  @IsOptional() @IsMoment()
  scheduled_before?: string;

  @ApiPropertyOptional()
  @IsOptional() @IsString() @MaxLength(64)
  profile_id?: string;

  @ApiPropertyOptional({ description: 'Posts whose text contains this' })
  @IsOptional() @IsString() @MaxLength(200)
  q?: string;
}
