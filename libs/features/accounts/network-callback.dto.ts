import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';

export class NetworkParam {
  @ApiProperty({ example: 'instagram' })
  @Matches(/^[a-z]{1,32}$/, { message: 'network is malformed' })
  network!: string;
}
