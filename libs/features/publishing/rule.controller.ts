import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Needs } from '#features/accounts/index';
import { ApiErrors } from '#infra/http/api-errors.decorator';
import { ListRulesQuery, RuleDto, RuleListDto } from './rule.dto.js';
import { RuleService } from './rule.service.js';

@ApiTags('posts')
@Controller('api/rules')
export class RuleController {
  constructor(private readonly rules: RuleService) {}

  @Get()
  @Needs('read')
  @ApiOperation({ operationId: 'listRules', summary: 'Every rule that posts are judged by here, with the figures that count' })
  @ApiOkResponse({ type: RuleListDto })
  @ApiErrors('not_found')
  list(@Query() query: ListRulesQuery): RuleListDto {
    return { data: this.rules.list(query).map((rule) => RuleDto.from(rule)) };
  }
}
