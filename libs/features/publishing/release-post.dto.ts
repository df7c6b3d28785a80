import { ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';

@ApiSchema({ name: 'ReleasePost' })
export class ReleasePostDto {
  @ApiPropertyOptional({ example: 'prof_06f3k2v4n8q7r9s0t1w2x3y4z5', description: 'Only the target of this profile' })
  @IsOptional() @Matches(/^[A-Za-z0-9_-]{1,64}$/, { message: 'profile_id is malformed' })
  profile_id?: string;
}
