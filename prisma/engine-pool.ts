import { ColumnTypeEnum, type SqlResultSet } from '@prisma/driver-adapter-utils';
import { Pool, type PoolClient, type PoolConfig } from 'pg';

/** Object ids of PostgreSQL's types: the catalogue's own one-letter `"char"`, and text. */
const [characterType, textType] = [18, 25];

/**
 * Connections for the schema engine. It reads PostgreSQL's catalogue, which has columns of the type `"char"`; Prisma's adapter
 * refuses that type, and the engine refuses text in its place. So the adapter is shown text, and the engine the truth.
 */
export class EnginePool extends Pool {
  private readonly characterColumns = new Set<string>();

  constructor(config: PoolConfig) {
    super(config);
    this.on('error', () => undefined); // a lost idle connection shows in the next query
    this.on('connect', (client: PoolClient & { connection?: NodeJS.EventEmitter }) => {
      client.connection?.prependListener('rowDescription', ({ fields }: { fields: { name: string; dataTypeID: number }[] }) => {
        for (const field of fields) if (field.dataTypeID === characterType) this.showAsText(field);
      });
    });
  }

  describeCharacters(result: SqlResultSet): SqlResultSet {
    const types = result.columnNames.map((name, index) => (this.characterColumns.has(name) ? ColumnTypeEnum.Character : result.columnTypes[index]));
    return { ...result, columnTypes: types.filter((type) => type !== undefined) };
  }

  private showAsText(field: { name: string; dataTypeID: number }): void {
    this.characterColumns.add(field.name);
    field.dataTypeID = textType;
  }
}
