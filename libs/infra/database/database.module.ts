import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Database, SystemDatabase } from './database.js';
import { requireWall } from './tenant-wall.js';

/** Behind the wall the system asks for little: keys that are not in memory, a person coming back from a network. */
const systemPoolSize = 5;

@Global()
@Module({})
export class DatabaseModule {
  /** `isWalled`: repositories see the calling workspace's rows only, but for those that hold `SystemDatabase`. */
  static connect(url: string, { isWalled }: { isWalled: boolean }): DynamicModule {
    const walled = [
      { provide: SystemDatabase, useFactory: () => new SystemDatabase({ url, poolSize: systemPoolSize }) },
      { provide: Database, useFactory: () => requireWall(new Database({ url, isWalled: true })) },
    ];
    const open = [{ provide: SystemDatabase, useFactory: () => new SystemDatabase({ url }) }, { provide: Database, useExisting: SystemDatabase }];
    return { module: DatabaseModule, providers: isWalled ? walled : open, exports: [Database, SystemDatabase] };
  }
}
