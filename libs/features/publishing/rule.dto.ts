import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsIn, IsOptional, Matches } from 'class-validator';
import { GroupQuery } from '#features/accounts/index';
import { ToList } from '#infra/http/list-query';
import { ruleComparisons, ruleSeverities, ruleUnits, type RuleThreshold } from '#networks/port/rule-description';
import type { NetworkRule } from './rule.service.js';

const kinds = ['image', 'video'] as const;
const list = '`a,b` or `x[]=a&x[]=b`';
const nameRule = { each: true, message: 'each of $property must be a lower-case name' };

export class ListRulesQuery extends GroupQuery {
  @ApiPropertyOptional({ type: [String], maxItems: 20, description: `Networks: ${list}` })
  @IsOptional() @ToList() @IsArray() @ArrayMaxSize(20) @Matches(/^[a-z_]{1,40}$/, nameRule)
  network?: string[];

  @ApiPropertyOptional({ type: [String], maxItems: 20, description: `Rules that speak of one of these formats: ${list}` })
  @IsOptional() @ToList() @IsArray() @ArrayMaxSize(20) @Matches(/^[a-z_]{1,40}$/, nameRule)
  format?: string[];

  @ApiPropertyOptional({ enum: kinds, isArray: true, description: `Rules for posts with such files; those about the post as a whole are among them: ${list}` })
  @IsOptional() @ToList() @IsArray() @ArrayMaxSize(20) @IsIn(kinds, { each: true })
  media?: (typeof kinds)[number][];
}

@ApiSchema({ name: 'RuleThreshold' })
export class RuleThresholdDto {
  @ApiProperty({ enum: ruleSeverities, description: '`error`: the post is refused; `warning`: it is accepted, and said so' }) severity!: string;
  @ApiProperty({ type: Number, nullable: true, example: 900_000, description: 'In the rule\'s `unit`. null: see `values`, or it is the value of `relative_to`' }) limit!: number | null;
  @ApiProperty({ type: [String], nullable: true, example: ['image/jpeg'] }) values!: string[] | null;
  @ApiProperty({ example: 'Video duration is {actual}; allowed is at most 15 min', description: 'The sentence of the violation; what a post has stands in braces' }) message!: string;

  static from({ severity, limit, values, message }: RuleThreshold): RuleThresholdDto {
    return { severity, limit, values: values && [...values], message };
  }
}

const comparison = '`max`, `min` (inclusive) and `below`: a number against `limit`, or against `relative_to`. `one_of`: among `values`. `only_for`: what the post becomes is '
  + 'among `values`. `type`: has that type. `required`, `forbidden`: must, or must not, be there; a warning when it is without effect';

@ApiSchema({ name: 'Rule' })
export class RuleDto {
  @ApiProperty({ example: 'instagram.reel.duration_max', description: 'As `rule` of a violation' }) id!: string;
  @ApiProperty({ example: 'instagram' }) network!: string;
  @ApiProperty({ type: [String], example: ['reel'], description: 'It is asked in these formats only' }) formats!: string[];
  @ApiProperty({ enum: kinds, nullable: true, type: String, description: 'The kind of file it is about; null: the post as a whole' }) media!: string | null;
  @ApiProperty({ example: 'video_duration', description: 'What is looked at' }) subject!: string;
  @ApiProperty({ enum: ruleComparisons, description: comparison }) comparison!: string;
  @ApiProperty({ enum: ruleUnits, nullable: true, type: String }) unit!: string | null;
  @ApiProperty({ enum: ['one_pixel'], nullable: true, type: String, description: '`one_pixel`: a picture one pixel too wide or too narrow still counts as within' }) tolerance!: string | null;
  @ApiProperty({ type: String, nullable: true, example: null, description: 'The subject whose value the limit is, or beside which the rule counts' }) relative_to!: string | null;
  @ApiProperty({ type: [RuleThresholdDto], description: 'A post gets the first that it misses; errors stand before warnings' }) thresholds!: RuleThresholdDto[];
  @ApiProperty({ example: 'Cut the video.' }) fix!: string;
  @ApiProperty({ example: '§1.7 Meta: IG User Media', description: 'Where it is written' }) source!: string;

  static from({ network, ...rule }: NetworkRule): RuleDto {
    return {
      id: rule.id, network, formats: [...rule.formats], media: rule.media,
      subject: rule.subject, comparison: rule.comparison, unit: rule.unit, tolerance: rule.tolerance, relative_to: rule.relativeTo,
      thresholds: rule.thresholds.map((threshold) => RuleThresholdDto.from(threshold)),
      fix: rule.fix, source: rule.source,
    };
  }
}

@ApiSchema({ name: 'RuleList' })
export class RuleListDto {
  @ApiProperty({ type: [RuleDto] }) data!: RuleDto[];
}
