import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { Violation } from '#kernel/app-error';
import { PostDto } from './post.dto.js';

const value = { oneOf: [{ type: 'string' }, { type: 'number' }], nullable: true };

@ApiSchema({ name: 'Warning' })
export class WarningDto {
  @ApiProperty({ example: 'instagram.post.image.aspect' }) rule!: string;
  @ApiProperty({ example: 'media[0]' }) path!: string;
  @ApiProperty({ example: 'The aspect ratio is 4; at most 1.91 is documented', description: 'A sentence with the limit and the actual value' }) message!: string;
  @ApiProperty({ ...value, example: 1.91 }) limit!: string | number | null;
  @ApiProperty({ ...value, example: 4 }) actual!: string | number | null;
  @ApiProperty({ type: String, nullable: true, description: 'What to do about it' }) fix!: string | null;

  static from({ rule, path, message, limit, actual, fix }: Violation): WarningDto {
    return { rule, path, message, limit: limit ?? null, actual: actual ?? null, fix: fix ?? null };
  }
}

@ApiSchema({ name: 'CreatedPost' })
export class CreatedPostDto extends PostDto {
  @ApiProperty({ type: [WarningDto], description: 'What was repaired, and what Instagram\'s documentation refuses although such posts have passed' })
  warnings!: WarningDto[];
}
