import { Module } from '@nestjs/common';
import type { Settings } from '#infra/config/settings';
import { SETTINGS } from '#infra/config/settings.module';
import { TokenCipher } from './token-cipher.js';
import { UrlSigner } from './url-signer.js';

@Module({
  providers: [
    { provide: TokenCipher, useFactory: (settings: Settings) => new TokenCipher(settings.encryptionKeys), inject: [SETTINGS] },
    { provide: UrlSigner, useFactory: (settings: Settings) => new UrlSigner(settings.encryptionKeys), inject: [SETTINGS] },
  ],
  exports: [TokenCipher, UrlSigner],
})
export class CryptoModule {}
