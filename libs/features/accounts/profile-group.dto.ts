import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsObject, IsOptional, IsString, MaxLength, ValidateNested } from 'class-validator';

const Trim = (): PropertyDecorator => Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value));

@ApiSchema({ name: 'ProfileGroupFields' })
export class ProfileGroupFieldsDto {
  @ApiPropertyOptional({ example: 'Meadow Studio', maxLength: 200 })
  @IsOptional() @Trim() @IsString() @MaxLength(200)
  name?: string;
}

/** `{profile_group: {name}}` or `{name}`. */
@ApiSchema({ name: 'CreateProfileGroup' })
export class CreateProfileGroupDto extends ProfileGroupFieldsDto {
  @ApiPropertyOptional({ type: () => ProfileGroupFieldsDto })
  @IsOptional() @IsObject() @ValidateNested() @Type(() => ProfileGroupFieldsDto)
  profile_group?: ProfileGroupFieldsDto;
}

@ApiSchema({ name: 'RemovedProfileGroup' })
export class RemovedProfileGroupDto {
  @ApiProperty({ enum: [true] }) deleted!: boolean;
}

/** Presence is asked for by the service, whose sentences are part of the surface. */
@ApiSchema({ name: 'InitializeConnection' })
export class InitializeConnectionDto {
  @ApiPropertyOptional({ example: 'instagram', description: 'The network to connect; `network` is the same' })
  @IsOptional() @IsString() @MaxLength(32)
  platform?: string;

  @ApiPropertyOptional({ example: 'instagram' })
  @IsOptional() @IsString() @MaxLength(32)
  network?: string;

  @ApiPropertyOptional({ example: 'https://app.example.com/connected?brand=7', description: 'Where the person comes back to; its origin must be in CONNECTION_REDIRECT_ORIGINS' })
  @IsOptional() @IsString() @MaxLength(2000)
  redirect_url?: string;
}

@ApiSchema({ name: 'InitializedConnection' })
export class InitializedConnectionDto {
  @ApiProperty({ description: 'The page to send the person to, within ten minutes' })
  url!: string;

  @ApiProperty({ enum: [true] }) success!: boolean;
}
