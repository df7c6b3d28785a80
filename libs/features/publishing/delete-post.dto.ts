import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsOptional } from 'class-validator';
import { GroupQuery } from '#features/accounts/index';
import { ToBoolean } from './media-input.js';

export class DeletePostQuery extends GroupQuery {
  @ApiPropertyOptional({ description: 'Also delete it on the networks, where they can; Instagram cannot' })
  @IsOptional() @ToBoolean() @IsBoolean()
  delete_on_platform?: boolean;
}
