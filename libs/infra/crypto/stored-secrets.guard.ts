import { Injectable, type OnModuleInit } from '@nestjs/common';
import { requireReadable } from './stored-secrets.check.js';
import { StoredSecretsRepository } from './stored-secrets.repository.js';
import { TokenCipher } from './token-cipher.js';

/** Keeps a process from starting that could not read what is stored: it would fail post by post, and disconnect profiles. */
@Injectable()
export class StoredSecretsGuard implements OnModuleInit {
  constructor(
    private readonly secrets: StoredSecretsRepository,
    private readonly cipher: TokenCipher,
  ) {}

  /** Before anything listens or takes a job, which begins in `onApplicationBootstrap`. */
  async onModuleInit(): Promise<void> {
    requireReadable(await this.secrets.keyUses(), this.cipher);
  }
}
