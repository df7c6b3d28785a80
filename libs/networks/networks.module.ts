import { Global, Module } from '@nestjs/common';
import { InstagramModule } from './instagram/instagram.module.js';
import { InstagramNetwork } from './instagram/instagram-network.js';
import { NetworkRegistry } from './port/network-registry.js';

/** Every network of this installation, for features that only know the port. */
@Global()
@Module({
  imports: [InstagramModule],
  providers: [{ provide: NetworkRegistry, inject: [InstagramNetwork], useFactory: (instagram: InstagramNetwork) => new NetworkRegistry([instagram]) }],
  exports: [NetworkRegistry],
})
export class NetworksModule {}
