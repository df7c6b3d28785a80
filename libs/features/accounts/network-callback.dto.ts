import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { IsString, Matches, MaxLength } from 'class-validator';
import { IsRequiredParameter } from '#infra/http/validation.pipe';

export class NetworkParam {
  @ApiProperty({ example: 'instagram' })
  @Matches(/^[a-z]{1,32}$/, { message: 'network is malformed' })
  network!: string;
}

export class DeletionParam extends NetworkParam {
  @ApiProperty()
  @Matches(/^[0-9a-f]{32}$/, { message: 'confirmation_code is malformed' })
  confirmation_code!: string;
}

@ApiSchema({ name: 'SignedRequest' })
export class SignedRequestDto {
  @ApiProperty({ description: 'Signature and payload, both base64url, with a dot between them' })
  @IsRequiredParameter() @IsString() @MaxLength(8192)
  signed_request!: string;
}

@ApiSchema({ name: 'Deauthorized' })
export class DeauthorizedDto {
  @ApiProperty({ enum: [true] }) success!: boolean;
}

@ApiSchema({ name: 'DeletionReceipt' })
export class DeletionReceiptDto {
  @ApiProperty({ description: 'Where the person can look it up' }) url!: string;
  @ApiProperty() confirmation_code!: string;
}

@ApiSchema({ name: 'DeletionStatus' })
export class DeletionStatusDto {
  @ApiProperty() confirmation_code!: string;
  @ApiProperty({ enum: ['completed'] }) status!: 'completed';
  @ApiProperty({ format: 'date-time' }) completed_at!: string;
}
