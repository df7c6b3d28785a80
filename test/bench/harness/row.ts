import type { FastifyInstance } from 'fastify';
import type { Client, Pool } from 'pg';

/** What a row may build its request and its floor on. Plain data: it also goes to the floor's process. */
export interface Stage {
  /** A copy of the seeded database for this row alone. */
  readonly databaseUrl: string;
  readonly workspaceId: string;
  readonly profileGroupId: string;
  readonly profileId: string;
  readonly apiKey: string;
  /** A JPEG on loopback. */
  readonly pictureUrl: string;
  /** A folder of this row's floor. */
  readonly floorDir: string;
}

export interface BenchRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: object;
}

/** One line of the table: a request, and how bare Fastify + pg answers it. */
export interface BenchRow {
  readonly name: string;
  request(stage: Stage): BenchRequest;
  /** Registers the route. It must give the same answer by the same SQL; before measuring, both are compared. */
  floor(server: FastifyInstance, database: Pool, stage: Stage): void;
  /** Keys whose values may differ between the two answers, e.g. ids of new rows. */
  readonly volatile: readonly string[];
  /** For a row that writes: the rows of the newest write, to be compared too. */
  readonly written?: (database: Client) => Promise<unknown>;
  /** What the ratio to the floor must reach, by rate or by processor time, also in a quick run beside busy neighbours. */
  readonly atLeast?: number;
  /** A module below dist/test/bench that the API process loads first. */
  readonly preload?: string;
}
