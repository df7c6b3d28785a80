import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiErrors } from '#infra/http/api-errors.decorator';
import { toMoment } from '#infra/http/list-query';
import { AuditEntryDto, AuditListDto, ListAuditQuery } from './audit.dto.js';
import { AuditListRepository } from './audit-list.repository.js';
import { Caller, type CallerIdentity } from './caller.js';
import { Needs } from './needs.decorator.js';

const defaultPage = 100;

@ApiTags('audit')
@Controller('api/audit')
export class AuditController {
  constructor(private readonly entries: AuditListRepository) {}

  @Get()
  @Needs('keys:write')
  @ApiOperation({ operationId: 'listAuditEntries', summary: 'Who changed what, newest first; with a key of one group, in that group' })
  @ApiOkResponse({ type: AuditListDto })
  @ApiErrors('not_found')
  async list(@Caller() caller: CallerIdentity, @Query() query: ListAuditQuery): Promise<AuditListDto> {
    const limit = query.limit ?? defaultPage;
    const rows = await this.entries.list(caller.workspaceId, {
      profileGroupId: caller.keyGroupId ?? query.profile_group_id ?? null,
      action: query.action ?? null,
      targetId: query.target_id ?? null,
      keyId: query.key_id ?? null,
      from: query.from ? toMoment(query.from) : null,
      to: query.to ? toMoment(query.to) : null,
    }, { cursor: query.cursor ?? null, take: limit + 1 });
    const shown = rows.slice(0, limit);
    return { data: shown.map((row) => AuditEntryDto.from(row)), next_cursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null };
  }
}
