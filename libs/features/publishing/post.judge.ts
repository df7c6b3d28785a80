import { Inject, Injectable } from '@nestjs/common';
import { validationFailed, type Violation } from '#kernel/app-error';
import type { Settings } from '#infra/config/settings';
import { SETTINGS } from '#infra/config/settings.module';
import type { ProfileIdentity } from '#features/accounts/index';
import type { Framing } from '#networks/port/framing';
import type { MediaFacts, MediaKind } from '#networks/port/media-facts';
import { NetworkRegistry } from '#networks/port/network-registry';
import type { Judgement, NetworkParams } from '#networks/port/social-network';
import type { DuplicateQuestion } from './post-kin.repository.js';
import { newlyDue } from './post.print.js';
import type { PostRecord } from './post.record.js';

/** What becomes of the shape of each media; null: it stays as it is. */
export type Framer = (media: { readonly kind: MediaKind; readonly index: number }) => Framing | null;

interface JudgedPost {
  readonly body: string;
  readonly media: readonly MediaFacts[];
  readonly paramsOf: ReadonlyMap<string, NetworkParams>;
}

/** Asks every network of a post about it, by the same rules that publishing stands on, before anything is stored. */
@Injectable()
export class PostJudge {
  constructor(
    private readonly networks: NetworkRegistry,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** The networks' own settings of a post. @throws AppError validation_failed naming every wrong one. */
  readParams(profiles: readonly ProfileIdentity[], platforms: Readonly<Record<string, unknown>>): Map<string, NetworkParams> {
    const violations: Violation[] = [];
    const params = new Map<string, NetworkParams>();
    if (profiles.length === 0) violations.push({ rule: 'post.profiles_min', path: 'profiles', message: 'Post profiles must have at least one profile selected' });
    for (const name of new Set(profiles.map((profile) => profile.network))) {
      const raw = platforms[name] ?? {};
      if (!isRecord(raw)) {
        violations.push({ rule: 'post.platform_params', path: `platforms.${name}`, message: `platforms.${name} must be an object` });
        continue;
      }
      const read = this.networks.get(name).validation.readParams(raw);
      params.set(name, read.params);
      violations.push(...read.violations);
    }
    for (const name of Object.keys(platforms)) {
      if (!this.networks.find(name)) violations.push({ rule: 'post.platform_known', path: `platforms.${name}`, message: `Unknown platform: ${name}. Known: ${this.networks.names().join(', ')}` });
    }
    if (violations.length > 0) throw validationFailed(violations);
    return params;
  }

  /** A media has one copy for all networks, so the first that asks for a shape gets it. */
  framer(paramsOf: ReadonlyMap<string, NetworkParams>): Framer {
    return (media) => [...paramsOf].map(([name, params]) => this.networks.get(name).validation.framing(params, media)).find((framing) => framing !== null) ?? null;
  }

  /** @returns what may still go wrong. @throws AppError validation_failed with every rule that the post breaks on any of its networks. */
  accept(post: JudgedPost): Violation[] {
    const { violations, warnings } = this.judge(post);
    if (violations.length > 0) throw validationFailed(violations);
    return [...warnings];
  }

  /** What is to be asked about posts that might be the same as this one, which was another before: nothing where that is allowed. */
  duplicates(post: PostRecord, { isAllowed, before = null }: { readonly isAllowed: boolean; readonly before?: PostRecord | null }): DuplicateQuestion {
    const windowHours = this.settings.duplicateWindowHours;
    const targets = isAllowed || windowHours === 0 ? [] : newlyDue(post, before);
    return { workspaceId: post.workspaceId, postId: post.id, targets, now: post.updatedAt, windowHours };
  }

  /** Everything that any of its networks has to say of a post. */
  judge({ body, media, paramsOf }: JudgedPost): Judgement {
    const judgements = [...paramsOf].map(([name, params]) => this.networks.get(name).validation.judge({ body, params, media }));
    return { violations: judgements.flatMap(({ violations }) => violations), warnings: judgements.flatMap(({ warnings }) => warnings) };
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
