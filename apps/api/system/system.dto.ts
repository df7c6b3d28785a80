import { ApiProperty, ApiSchema } from '@nestjs/swagger';

@ApiSchema({ name: 'Health' })
export class HealthDto {
  @ApiProperty({ example: 'ok' }) status!: string;
}

@ApiSchema({ name: 'ReadinessCheck' })
export class ReadinessCheckDto {
  @ApiProperty({ example: 'database' }) name!: string;
  @ApiProperty({ example: true }) ok!: boolean;
  @ApiProperty({ example: 'answers in 2 ms', description: 'What is wrong and what to do, or what was seen' }) detail!: string;
}

@ApiSchema({ name: 'QueueJobs' })
export class QueueJobsDto {
  @ApiProperty({ example: 0 }) waiting!: number;
  @ApiProperty({ example: 0 }) active!: number;
  @ApiProperty({ example: 0 }) delayed!: number;
  @ApiProperty({ example: 0, description: 'Kept for people to see; each row was handed out again' }) failed!: number;
}

@ApiSchema({ name: 'Readiness' })
export class ReadinessDto {
  @ApiProperty({ enum: ['ok', 'not_ready'] }) status!: string;
  @ApiProperty({ type: [ReadinessCheckDto] }) checks!: ReadinessCheckDto[];
  @ApiProperty({ type: String, nullable: true, format: 'date-time', description: 'When a worker last looked for due posts' }) last_planner_tick!: string | null;
  @ApiProperty({ type: Number, nullable: true, description: 'How late the oldest due post is, in seconds; null when none is' }) oldest_overdue_seconds!: number | null;
  @ApiProperty({ type: Number, nullable: true, description: 'For how long the post that a worker holds longest has got no further, in seconds; null when none is held' }) oldest_lease_seconds!: number | null;
  @ApiProperty({ type: Number, nullable: true, description: 'Jobs waiting or running' }) queue_depth!: number | null;
  @ApiProperty({ type: QueueJobsDto, nullable: true, description: 'Jobs by state' }) queue_jobs!: QueueJobsDto | null;
}

@ApiSchema({ name: 'Build' })
export class BuildDto {
  @ApiProperty({ example: 'heliograph' }) name!: string;
  @ApiProperty({ example: '0.1.0' }) version!: string;
  @ApiProperty({ example: '20.20.2' }) node!: string;
  @ApiProperty({ format: 'date-time' }) started_at!: string;
}

@ApiSchema({ name: 'Dependencies' })
export class DependenciesDto {
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, example: { fastify: '5.12.8' } }) dependencies!: Record<string, string>;
}
