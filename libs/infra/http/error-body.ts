import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import type { AppError } from '#kernel/app-error';
import { errorCatalogue } from '#kernel/error-catalogue';

/** The one shape of every failure. `code` is stable and documented in docs/errors.md. */
@ApiSchema({ name: 'Error' })
export class ErrorBody {
  @ApiProperty({ example: 422, description: 'The HTTP status again' })
  status!: number;

  @ApiProperty({ description: 'One sentence for a person; the same as `message`' })
  error!: string;

  @ApiProperty()
  message!: string;

  @ApiProperty({ type: [String], description: 'One sentence per problem' })
  errors!: string[];

  @ApiProperty({ enum: Object.keys(errorCatalogue), description: 'Stable machine code' })
  code!: string;

  @ApiProperty({ description: 'Whether the same request may succeed later' })
  retryable!: boolean;

  @ApiProperty({ example: 'req_06f3k2v4n8q7r9s0t1w2x3y4z5' })
  request_id!: string;

  @ApiPropertyOptional({ example: 'post_06f3k2v4n8q7r9s0t1w2x3y4z5', description: 'For `duplicate_post`: the post that is the same' })
  duplicate_post_id?: string;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true, description: 'For validation: `violations[]` with rule, path, message, limit, actual and fix' })
  details?: Record<string, unknown>;
}

export function toErrorBody(error: AppError, requestId: string): ErrorBody {
  return {
    status: error.status,
    error: error.message,
    message: error.message,
    errors: [...error.errors],
    code: error.code,
    retryable: error.retryable,
    request_id: requestId,
    ...(typeof error.details?.['duplicate_post_id'] === 'string' ? { duplicate_post_id: error.details['duplicate_post_id'] } : {}),
    ...(error.details ? { details: { ...error.details } } : {}),
  };
}
