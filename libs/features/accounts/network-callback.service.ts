import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { AppError } from '#kernel/app-error';
import { after, Clock, minutes } from '#kernel/clock';
import type { Settings } from '#infra/config/settings';
import { SETTINGS } from '#infra/config/settings.module';
import { Logger } from '#infra/logging/logger';
import { NetworkRegistry } from '#networks/port/network-registry';
import type { SignedRequest } from '#networks/port/social-network';
import { NetworkCallbackRepository } from './network-callback.repository.js';

/** How far the network's clock may be behind ours. */
const clockTolerance = minutes(5);

export interface DeletionReceipt {
  /** Where the person can look it up. */
  readonly url: string;
  readonly confirmationCode: string;
}

/** Acts on what a network signs and sends: a person took the app's access away, or wants their data deleted. */
@Injectable()
export class NetworkCallbackService {
  constructor(
    private readonly callbacks: NetworkCallbackRepository,
    private readonly networks: NetworkRegistry,
    private readonly clock: Clock,
    private readonly logger: Logger,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws AppError not_found, signature_invalid. An account that we do not know is no failure. */
  async deauthorize(network: string, signedRequest: string): Promise<void> {
    const { appScopedId, issuedAt } = this.verify(network, signedRequest);
    const now = this.clock.now();
    const profiles = await this.callbacks.disconnect(network, appScopedId, after(issuedAt ?? now, clockTolerance), now);
    this.logger.info({ network, profiles }, 'A person took the access to their account away');
  }

  /** @throws AppError not_found, signature_invalid */
  async deleteData(network: string, signedRequest: string): Promise<DeletionReceipt> {
    const { appScopedId } = this.verify(network, signedRequest);
    const confirmationCode = randomBytes(16).toString('hex');
    const profiles = await this.callbacks.erase(network, appScopedId, confirmationCode, this.clock.now());
    this.logger.info({ network, profiles, confirmationCode }, 'The data of an account were deleted at its owner\'s request');
    return { url: `${this.settings.publicUrl}/api/${network}/data_deletion/${confirmationCode}`, confirmationCode };
  }

  /** @throws AppError not_found */
  async getDeletion(network: string, confirmationCode: string): Promise<{ confirmationCode: string; completedAt: Date }> {
    const deletion = await this.callbacks.findDeletion(network, confirmationCode);
    if (!deletion) throw new AppError('not_found');
    return deletion;
  }

  private verify(name: string, signedRequest: string): SignedRequest {
    const network = this.networks.find(name);
    if (!network) throw new AppError('not_found');
    const request = network.connection.readSignedRequest(signedRequest);
    if (!request) throw new AppError('signature_invalid');
    return request;
  }
}
