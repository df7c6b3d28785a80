import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { PublishingLimit } from '#networks/port/social-network';
import type { ThrottleState } from './network-usage.rules.js';
import type { ProfileHealth } from './profile-health.service.js';

const moment = { type: String, nullable: true, format: 'date-time' } as const;

@ApiSchema({ name: 'PublishingLimit' })
export class PublishingLimitDto {
  @ApiProperty({ description: 'Posts in the rolling window, by whatever application' }) quota_usage!: number;
  @ApiProperty({ type: Number, nullable: true }) quota_total!: number | null;
  @ApiProperty({ type: Number, nullable: true, description: 'Length of the window in seconds' }) quota_duration!: number | null;
  @ApiProperty({ ...moment, description: 'When the first post of the window leaves it, of those published here; null when none was' }) resets_at!: string | null;
  @ApiProperty({ enum: ['network'], description: 'Who counted' }) source!: 'network';

  static from(limit: PublishingLimit & { readonly resetsAt: Date | null }): PublishingLimitDto {
    return { quota_usage: limit.used, quota_total: limit.total, quota_duration: limit.windowSeconds, resets_at: limit.resetsAt?.toISOString() ?? null, source: 'network' };
  }
}

@ApiSchema({ name: 'HealthToken' })
class HealthTokenDto {
  @ApiProperty(moment) expires_at!: string | null;
  @ApiProperty({ type: Number, nullable: true, description: 'Whole days; null when unknown' }) days_left!: number | null;
}

@ApiSchema({ name: 'HealthPermissions' })
class HealthPermissionsDto {
  @ApiProperty({ type: [String], description: 'Empty when unknown' }) granted!: string[];
  @ApiProperty({ type: [String] }) missing!: string[];
}

@ApiSchema({ name: 'HealthCalls' })
class HealthCallsDto {
  @ApiProperty(moment) publish!: string | null;
  @ApiProperty(moment) comments!: string | null;
  @ApiProperty({ ...moment, description: 'null: this version sends and reads no messages yet' }) messages!: string | null;
  @ApiProperty({ ...moment, description: 'null: this version measures nothing yet' }) insights!: string | null;
}

@ApiSchema({ name: 'HealthWebhooks' })
class HealthWebhooksDto {
  @ApiProperty({ enum: ['subscribed', 'pending', 'failed', 'none'], description: '`pending`: not yet tried; `none`: not connected, or nothing granted that could be subscribed to' }) state!: string;
  @ApiProperty({ type: [String], description: 'What the network tells us about' }) fields!: string[];
  @ApiProperty({ ...moment, description: 'When it was last confirmed; it is every day' }) subscribed_at!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'What the last try failed with' }) error!: string | null;
}

@ApiSchema({ name: 'HealthThrottle' })
class HealthThrottleDto {
  @ApiProperty({ enum: ['none', 'slow', 'stopped'], description: '`slow`: calls are spread; `stopped`: none are made until `until`' }) state!: ThrottleState;
  @ApiProperty({ type: String, nullable: true, enum: ['account', 'installation'], description: 'Whose limit it is; null with `none`' }) scope!: 'account' | 'installation' | null;
  @ApiProperty({ type: Number, nullable: true, description: 'How much of the nearest limit on calls is used up, in percent, as the network last told; null: nothing was told within the hour' }) used_percent!: number | null;
  @ApiProperty(moment) until!: string | null;
}

@ApiSchema({ name: 'HealthProblem' })
class HealthProblemDto {
  @ApiProperty({ enum: ['account_blocked', 'disconnected', 'token_unreadable', 'token_expiring', 'permission_missing', 'webhooks_not_subscribed'] }) code!: string;
  @ApiProperty() cause!: string;
  @ApiProperty() remedy!: string;
}

@ApiSchema({ name: 'ProfileHealth' })
export class ProfileHealthDto {
  @ApiProperty({ enum: ['active', 'expired', 'inactive'] }) status!: string;
  @ApiProperty({ type: HealthTokenDto }) token!: HealthTokenDto;
  @ApiProperty({ type: HealthPermissionsDto }) permissions!: HealthPermissionsDto;
  @ApiProperty({ type: HealthWebhooksDto }) webhooks!: HealthWebhooksDto;
  @ApiProperty({ type: HealthCallsDto, description: 'When a call of each kind last succeeded' }) last_success!: HealthCallsDto;
  @ApiProperty({ ...moment, description: 'When the network last asked to slow down' }) last_throttled_at!: string | null;
  @ApiProperty({ type: HealthThrottleDto, description: 'What the network\'s limits on calls let happen now' }) throttle!: HealthThrottleDto;
  @ApiProperty({ type: [HealthProblemDto] }) problems!: HealthProblemDto[];

  static from(health: ProfileHealth): ProfileHealthDto {
    const { calls, webhooks } = health;
    return {
      status: health.status,
      token: { expires_at: health.tokenExpiresAt?.toISOString() ?? null, days_left: health.tokenDaysLeft },
      permissions: { granted: [...health.granted], missing: [...health.missing] },
      webhooks: { state: webhooks.state, fields: [...webhooks.fields], subscribed_at: webhooks.subscribedAt?.toISOString() ?? null, error: webhooks.error },
      last_success: { publish: calls.publishedAt?.toISOString() ?? null, comments: calls.commentedAt?.toISOString() ?? null, messages: null, insights: null },
      last_throttled_at: calls.throttledAt?.toISOString() ?? null,
      throttle: { state: health.throttle.state, scope: health.throttle.scope, used_percent: health.throttle.percent, until: health.throttle.until?.toISOString() ?? null },
      problems: health.problems.map((problem) => ({ ...problem })),
    };
  }
}
