import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Database } from './database.js';

@Global()
@Module({})
export class DatabaseModule {
  static connect(url: string): DynamicModule {
    return {
      module: DatabaseModule,
      providers: [{ provide: Database, useFactory: () => new Database({ url }) }],
      exports: [Database],
    };
  }
}
