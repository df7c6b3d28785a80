import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Injectable, Logger } from '@nestjs/common';
import { AppError, validationFailed } from '#kernel/app-error';
import type { Framing } from '#networks/port/framing';
import type { MediaKind } from '#networks/port/media-facts';
import { EgressClient } from '#infra/http/egress/egress.client';
import { ObjectStorage } from '#infra/storage/object-storage.port';
import { TempArea } from '#infra/storage/temp-area';
import type { IngestedMedia } from './ingested-media.js';
import { MediaPreparation } from './media-preparation.js';
import { MediaProbe } from './media-probe.js';
import type { MediaSource } from './media-source.js';

export interface IngestOptions {
  /** Default 300 MiB, the largest video that any network takes. */
  readonly maxBytes?: number;
  /** For fetching a URL, altogether. Default MEDIA_FETCH_SECONDS. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Where the media stands in the request, for violations and notes, e.g. `media[0]`. */
  readonly at?: string;
  /** Into which range of aspect ratios a file of this kind is brought. Default: it stays in its shape. */
  readonly framing?: (kind: MediaKind) => Framing | null;
  /** Default true. */
  readonly hasThumbnail?: boolean;
}

type Limits = Required<Omit<IngestOptions, 'signal' | 'timeoutMs'>> & Pick<IngestOptions, 'signal' | 'timeoutMs'>;

const defaults = { maxBytes: 300 * 1024 * 1024, at: 'media', framing: (): null => null, hasThumbnail: true } as const;

/** From whatever the user named to bytes that are known to be good and lie in our storage. */
@Injectable()
export class MediaIngestService {
  private readonly logger = new Logger(MediaIngestService.name);

  constructor(
    private readonly egress: EgressClient,
    private readonly temp: TempArea,
    private readonly storage: ObjectStorage,
    private readonly probe: MediaProbe,
    private readonly preparation: MediaPreparation,
  ) {}

  /**
   * Fetches, probes, repairs and stores one media. Safe to repeat: the same bytes give the same keys. Writes no row and
   * asks no network's rules; on failure nothing is stored and no temporary file stays. A file source is read, not removed.
   *
   * @throws AppError `egress_refused`, `media_unreachable`, `media_unreadable`, or `validation_failed` (rule `media.size_max`)
   */
  ingest(source: MediaSource, options: IngestOptions = {}): Promise<IngestedMedia> {
    const limits = { ...defaults, ...options };
    return this.temp.withDirectory(async (directory) => {
      const path = await this.bring(source, directory, limits);
      return this.keep({ path, isGivenAway: source.kind !== 'file' }, directory, limits, source.kind === 'url' ? source.url : source.kind === 'stored' ? source.sourceUrl : null);
    });
  }

  private async bring(source: MediaSource, directory: string, limits: Limits): Promise<string> {
    if (source.kind === 'url') return this.fetch(source.url, directory, limits);
    if (source.kind === 'file') return sized(source.path, limits);
    // A copy, which is then stored like any other: the sweep of orphans leaves what is fresh alone.
    const path = join(directory, 'stored');
    await pipeline(await this.storage.open(source.key), createWriteStream(path, { flags: 'wx', mode: 0o600 }));
    return sized(path, limits);
  }

  private async fetch(url: string, directory: string, limits: Limits): Promise<string> {
    try {
      return (await this.egress.download(url, { directory, ...limits })).path;
    } catch (error) {
      if (error instanceof AppError && error.details?.['reason'] === 'too_large') throw tooLarge(limits, null);
      throw error;
    }
  }

  private async keep({ path, isGivenAway }: { path: string; isGivenAway: boolean }, directory: string, { at, framing, hasThumbnail }: Limits, sourceUrl: string | null): Promise<IngestedMedia> {
    const probed = await this.probe.probe(path, at);
    const preview = await this.probe.decode(path, probed, at);
    const { repaired, thumbnail } = await this.preparation.prepare(path, probed, directory, { at, framing: framing(probed.facts.kind), hasThumbnail, preview });
    const [original, thumbnailKey] = await Promise.all([this.storage.put(path, { isGivenAway }), thumbnail === null ? null : this.keepThumbnail(thumbnail)]);
    const delivery = repaired && repaired.path !== path ? await this.storage.put(repaired.path, { isGivenAway: true }) : original;
    return {
      facts: repaired?.facts ?? probed.facts,
      originalFacts: probed.facts,
      originalKey: original.key,
      deliveryKey: delivery.key,
      thumbnailKey,
      sha256: original.sha256,
      sourceUrl,
      notes: repaired?.notes ?? [],
    };
  }

  /** A media without thumbnail is better than none. */
  private async keepThumbnail(path: string): Promise<string | null> {
    try {
      return (await this.storage.put(path, { isGivenAway: true })).key;
    } catch (error) {
      this.logger.warn(`A thumbnail could not be stored: ${String(error)}`);
      return null;
    }
  }
}

async function sized(path: string, limits: Limits): Promise<string> {
  const { size } = await stat(path);
  if (size > limits.maxBytes) throw tooLarge(limits, size);
  return path;
}

/** `actual` is null when fetching stopped at the limit. */
function tooLarge({ maxBytes, at }: Limits, actual: number | null): AppError {
  const message = actual === null ? `The file has more than ${maxBytes} bytes` : `The file has ${actual} bytes; at most ${maxBytes} are accepted`;
  return validationFailed([{ rule: 'media.size_max', path: at, message, limit: maxBytes, actual }]);
}
