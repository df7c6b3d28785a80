import { Injectable } from '@nestjs/common';
import type { MediaKind } from '#networks/port/media-facts';
import { NetworkRegistry } from '#networks/port/network-registry';
import type { RuleDescription } from '#networks/port/rule-description';

export interface NetworkRule extends RuleDescription {
  readonly network: string;
}

/** An absent filter lets everything through. */
export interface RuleFilter {
  readonly network?: readonly string[];
  readonly format?: readonly string[];
  readonly media?: readonly MediaKind[];
}

/** The rules that posts are judged by, of every network: the same table that judges describes itself. */
@Injectable()
export class RuleService {
  constructor(private readonly networks: NetworkRegistry) {}

  list({ network, format, media }: RuleFilter): NetworkRule[] {
    return this.networks.names()
      .filter((name) => network?.includes(name) ?? true)
      .flatMap((name) => this.networks.get(name).validation.rules().map((rule): NetworkRule => ({ network: name, ...rule })))
      .filter((rule) => format === undefined || rule.formats.some((name) => format.includes(name)))
      .filter((rule) => media === undefined || rule.media === null || media.includes(rule.media));
  }
}
