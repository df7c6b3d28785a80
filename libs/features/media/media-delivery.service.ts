import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { parseUrl } from '#kernel/url';
import { AppError } from '#kernel/app-error';
import { after, Clock, hours } from '#kernel/clock';
import type { Settings } from '#infra/config/settings';
import { SETTINGS } from '#infra/config/settings.module';
import { UrlSigner } from '#infra/crypto/url-signer';
import { ObjectStorage, type ByteRange } from '#infra/storage/object-storage.port';
import { thumbnailType } from './thumbnail-maker.js';
import { deliveryName, readDeliveryName, type DeliveryFile } from './delivery-file.js';

export interface DeliverableFile extends DeliveryFile {
  readonly sizeBytes: number;
}

interface LinkedFile extends DeliveryFile {
  /** Not yet run out. */
  readonly isLive: boolean;
}

/** A network may fetch a container's media as long as the container lives (a day); twice that leaves room for a late retry. */
const linkLifetime = hours(48);

/** URLs under which a network fetches stored media, and what those URLs lead to. */
@Injectable()
export class MediaDeliveryService {
  constructor(
    private readonly signer: UrlSigner,
    private readonly storage: ObjectStorage,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** A public URL of a stored object, ASCII, valid for two days, served as `contentType` without redirect. Touches no storage. */
  urlFor(deliveryKey: string, contentType: string): string {
    const path = pathOf(deliveryName({ key: deliveryKey, contentType }));
    const { expires, signature } = this.signer.sign(path, after(this.clock.now(), linkLifetime));
    return `${this.settings.publicUrl}${path}?expires=${expires}&signature=${signature}`;
  }

  /** The like for a thumbnail. */
  thumbnailUrlFor(thumbnailKey: string): string {
    return this.urlFor(thumbnailKey, thumbnailType);
  }

  /**
   * The same link with a new expiry, also when the old one has run out; any other text as it is. A setting of a post that holds a
   * link of ours, such as a cover, is as old as the post when that is published.
   */
  renew(text: string): string {
    const file = this.fileBehind(text);
    return file ? this.urlFor(file.key, file.contentType) : text;
  }

  /** What a link that `urlFor` made leads to, also when it has run out; null: it is none. */
  fileBehind(text: string): LinkedFile | null {
    const url = text.startsWith('http') ? parseUrl(text) : null;
    if (!url) return null;
    const { pathname, searchParams } = url;
    const file = pathname.startsWith(pathOf('')) ? readDeliveryName(pathname.slice(pathOf('').length)) : null;
    const query = Object.fromEntries(searchParams);
    if (file === null || !this.signer.verify(pathname, query, new Date(0))) return null;
    return { ...file, isLive: this.signer.verify(pathname, query, this.clock.now()) };
  }

  /**
   * What a delivery URL leads to.
   * @throws AppError `not_found`, the same for a wrong, changed or expired link and for an object that is gone
   */
  async resolve(name: string, query: { readonly expires?: unknown; readonly signature?: unknown }): Promise<DeliverableFile> {
    const file = readDeliveryName(name);
    const isGenuine = file !== null && this.signer.verify(pathOf(name), query, this.clock.now());
    const found = isGenuine ? await this.storage.stat(file.key) : null;
    if (!file || !found) throw new AppError('not_found', 'There is no such media, or the link to it has expired');
    return { ...file, sizeBytes: found.sizeBytes };
  }

  /** The bytes themselves, for a network that takes them from us. @throws AppError `not_found` */
  async contentOf(deliveryKey: string): Promise<{ readonly sizeBytes: number; from(offset: number): Promise<Readable> }> {
    const found = await this.storage.stat(deliveryKey);
    if (!found) throw new AppError('not_found', 'The stored media is gone');
    return { sizeBytes: found.sizeBytes, from: (offset) => this.storage.open(deliveryKey, offset > 0 ? { start: offset } : undefined) };
  }

  open(file: DeliverableFile, range?: ByteRange): Promise<Readable> {
    return this.storage.open(file.key, range);
  }
}

function pathOf(name: string): string {
  return `/media/${name}`;
}
