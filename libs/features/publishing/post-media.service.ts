import { Injectable } from '@nestjs/common';
import { parseUrl } from '#kernel/url';
import { AppError, validationFailed } from '#kernel/app-error';
import { UploadedFile } from '#infra/http/multipart/uploaded-file';
import type { CallerIdentity, ProfileIdentity } from '#features/accounts/index';
import { MediaDeliveryService, MediaIngestService, MediaInspectionService, UploadService, type IngestedMedia, type IngestOptions, type MediaSource } from '#features/media/index';
import { EarlierMediaRepository } from './earlier-media.repository.js';
import type { Framer } from './post.judge.js';
import type { MediaRecord } from './post.record.js';
import { toMediaSource, type MediaInput } from './media-input.js';

/** Settings of networks that are pictures. */
const coverFields: ReadonlySet<string> = new Set(['cover_url', 'cover_file']);

/** Whether what is read is stored, or only looked at. */
type Intent = 'keep' | 'look';

interface Place {
  readonly at: string;
  readonly intent: Intent;
  readonly framing?: NonNullable<IngestOptions['framing']>;
  readonly hasThumbnail?: boolean;
}

interface CoverWish {
  readonly networks: ReadonlySet<string>;
  readonly intent?: Intent;
}

/** From what stands in a request to media that are judged readable and stored. Writes no row. */
@Injectable()
export class PostMediaService {
  constructor(
    private readonly ingest: MediaIngestService,
    private readonly inspection: MediaInspectionService,
    private readonly delivery: MediaDeliveryService,
    private readonly uploads: UploadService,
    private readonly earlier: EarlierMediaRepository,
  ) {}

  /** @throws AppError validation_failed for an id or key that the caller cannot use; media_unreachable, media_unreadable, egress_refused for bytes */
  async ingestAll(caller: CallerIdentity, inputs: readonly MediaInput[], framer: Framer): Promise<IngestedMedia[]> {
    const media = [];
    // One at a time: ten videos at once would be ten times the disk and the memory.
    for (const [index, input] of inputs.entries()) media.push(await this.take(caller, input, { at: `media[${index}]`, intent: 'keep', framing: (kind) => framer({ kind, index }) }));
    return media;
  }

  /** What `ingestAll` makes of an input, without keeping anything of it. @throws AppError like `ingestAll` */
  inspect(caller: CallerIdentity, input: MediaInput, at: string, framing: NonNullable<IngestOptions['framing']>): Promise<IngestedMedia> {
    return this.take(caller, input, { at, intent: 'look', framing });
  }

  /**
   * New copies of stored media, made of their originals, where another shape is asked for than before; null: it stays.
   * @throws AppError validation_failed where an original is no longer stored
   */
  async reshape(media: readonly MediaRecord[], before: Framer, after: Framer): Promise<(IngestedMedia | null)[]> {
    const copies = [];
    for (const [index, { contentType, originalKey, sourceUrl }] of media.entries()) {
      const place = { kind: contentType.startsWith('video/') ? 'video' : 'image', index } as const;
      const [framing, at] = [after(place), `media[${index}]`];
      const isSame = JSON.stringify(before(place)) === JSON.stringify(framing);
      copies.push(isSame ? null : await this.read({ kind: 'stored', key: originalKey, sourceUrl }, { at, intent: 'keep', framing: () => framing }).catch((error: unknown) => explainGone(error, at)));
    }
    return copies;
  }

  private async take(caller: CallerIdentity, input: MediaInput, place: Place): Promise<IngestedMedia> {
    const source = toMediaSource(input);
    const bytes = source.kind === 'reference' ? await this.resolve(caller, source.id, place.at) : source;
    return this.read(bytes, place).catch((error: unknown) => explainGone(error, place.at));
  }

  private read(source: MediaSource, { intent, ...options }: Place): Promise<IngestedMedia> {
    return intent === 'keep' ? this.ingest.ingest(source, options) : this.inspection.inspect(source, options);
  }

  /**
   * The settings of the networks that are posted to, in which a cover, a file or an address, has become the address that it is delivered
   * from: what is judged here is what goes out, whatever becomes of its source. Those of others stay as they are: nothing is fetched for them.
   * @throws AppError like `ingestAll`
   */
  async placeFiles(caller: CallerIdentity, platforms: Readonly<Record<string, unknown>>, { networks, intent = 'keep' }: CoverWish): Promise<Record<string, unknown>> {
    const placed: [string, unknown][] = [];
    // One at a time, like media.
    for (const [name, params] of Object.entries(platforms)) placed.push([name, networks.has(name) ? await this.placeIn(caller, params, `platforms.${name}`, intent) : params]);
    return Object.fromEntries(placed);
  }

  private async placeIn(caller: CallerIdentity, params: unknown, path: string, intent: Intent): Promise<unknown> {
    if (typeof params !== 'object' || params === null || Array.isArray(params)) return params;
    const placed: [string, unknown][] = [];
    for (const [key, value] of Object.entries(params) as [string, unknown][]) placed.push([key, coverFields.has(key) ? await this.place(caller, value, { at: `${path}.${key}`, intent }) : value]);
    return Object.fromEntries(placed);
  }

  /** What is neither a file nor an address is named by the network's own rule. */
  private async place(caller: CallerIdentity, value: unknown, { at, intent }: Place): Promise<unknown> {
    if (value instanceof UploadedFile) return this.cover({ kind: 'file', path: value.path, filename: value.filename }, { at, intent }).then(({ url }) => url);
    if (typeof value !== 'string' || !/^https?:/i.test(value) || parseUrl(value) === null) return value;
    const ours = this.delivery.fileBehind(value);
    if (!ours) return this.cover({ kind: 'url', url: value }, { at, intent }).then(({ url }) => url);
    // A link is a permission as long as it lives; an old one is good for whoever has a post with its file.
    if (!ours.isLive && !(await this.earlier.isNamed(caller.workspaceId, caller.keyGroupId, ours.key))) throw unknownLink(at, value);
    // Read like any other, for it may lead to a video, or to nothing; and stored anew, which keeps the sweep of orphans away.
    const cover = await this.cover({ kind: 'stored', key: ours.key, sourceUrl: null }, { at, intent }).catch((error: unknown) => explainGone(error, at));
    return cover.key === ours.key ? value : cover.url;
  }

  private async cover(source: MediaSource, { at, intent }: Place): Promise<{ readonly key: string; readonly url: string }> {
    const { facts, deliveryKey } = await this.read(source, { at, intent, hasThumbnail: false });
    if (facts.kind !== 'image') throw validationFailed([{ rule: 'media.cover_image', path: at, message: 'A cover must be a picture, not a video', fix: 'Send a JPEG' }]);
    return { key: deliveryKey, url: this.delivery.urlFor(deliveryKey, facts.contentType) };
  }

  private async resolve(caller: CallerIdentity, id: string, at: string): Promise<MediaSource> {
    if (id.startsWith('med_')) {
      const found = await this.earlier.find(caller.workspaceId, caller.keyGroupId, id);
      if (!found) throw validationFailed([{ rule: 'media.known', path: at, message: `There is no media ${id}`, actual: id }]);
      return { kind: 'stored', key: found.originalKey, sourceUrl: found.sourceUrl };
    }
    const upload = await this.uploads.find(caller, id);
    if (!upload) throw validationFailed([{ rule: 'media.known', path: at, message: `There is no upload ${id}, or it has expired`, actual: id, fix: 'Begin another with POST /api/uploads' }]);
    if (upload.objectKey === null) {
      const message = `The upload ${id} is not complete: ${upload.receivedBytes} bytes are here`;
      throw validationFailed([{ rule: 'media.upload_complete', path: at, message, limit: upload.sizeBytes, actual: upload.receivedBytes, fix: 'Send the rest to its upload_url' }]);
    }
    return { kind: 'stored', key: upload.objectKey, sourceUrl: null };
  }
}

export function networksOf(profiles: readonly ProfileIdentity[]): ReadonlySet<string> {
  return new Set(profiles.map((profile) => profile.network));
}

function unknownLink(at: string, link: string): AppError {
  return validationFailed([{ rule: 'media.known', path: at, message: 'The link to this media has expired', actual: link, fix: 'Send the picture again' }]);
}

/** The object of a row is gone from the storage: somebody has emptied it by hand, or restored the database alone. */
function explainGone(error: unknown, at: string): never {
  if (!(error instanceof AppError) || error.code !== 'not_found') throw error;
  throw validationFailed([{ rule: 'media.stored', path: at, message: 'The bytes of this media are no longer stored', fix: 'Send the file again' }]);
}
