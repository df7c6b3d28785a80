import { Injectable } from '@nestjs/common';
import { Prisma, SystemDatabase } from '#infra/database/database';
import type { weeklyTables } from './week.rules.js';

type WeeklyTable = (typeof weeklyTables)[number];

/** Rows a statement deletes at most, so that none holds locks for long. */
const batch = 1_000;
/** Weeks found at once among rows that have none. */
const mostStrays = 20;

/** Makes and drops the weeks of tables that only grow. Both lock out everybody for a moment: who does not get that moment soon lets the others go on. */
@Injectable()
export class WeekRepository {
  constructor(private readonly database: SystemDatabase) {}

  /** False: it is there already. */
  async make({ parent, cut }: WeeklyTable, moment: Date): Promise<boolean> {
    return this.briefly(async (tx) => (await tx.$queryRaw<{ made: boolean }[]>`SELECT make_week(${parent}, ${cut}, ${moment}) AS made`)[0]?.made ?? false);
  }

  /** The tables of weeks, oldest first. */
  async list({ parent }: WeeklyTable): Promise<string[]> {
    const rows = await this.database.$queryRaw<{ name: string }[]>`
      SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      WHERE i.inhparent = ${parent}::regclass AND c.relname ~ '_[0-9]{8}$' ORDER BY 1`;
    return rows.map(({ name }) => name);
  }

  /** False: something in it waits, and it is kept. */
  async drop(week: string, evenWaiting: boolean): Promise<boolean> {
    return this.briefly(async (tx) => (await tx.$queryRaw<{ dropped: boolean }[]>`SELECT drop_week(${week}, ${evenWaiting}) AS dropped`)[0]?.dropped ?? false);
  }

  /** The beginnings of weeks before `until` of rows that lie in no week. */
  async findStrays({ parent, cut }: WeeklyTable, until: Date): Promise<Date[]> {
    const [rest, time] = [Prisma.raw(`heliograph_weeks.${parent}_rest`), Prisma.raw(cut)];
    const rows = await this.database.$queryRaw<{ week: Date }[]>`SELECT DISTINCT date_trunc('week', ${time}, 'UTC') AS week FROM ${rest} WHERE ${time} < ${until} ORDER BY 1 LIMIT ${mostStrays}`;
    return rows.map(({ week }) => week);
  }

  /** Deletes rows that lie in no week and are older than any that is kept. @returns whether there may be more */
  async forgetStrays({ parent, cut }: WeeklyTable, olderThan: Date): Promise<boolean> {
    const [rest, time] = [Prisma.raw(`heliograph_weeks.${parent}_rest`), Prisma.raw(cut)];
    const count = await this.database.$executeRaw`DELETE FROM ${rest} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${rest} WHERE ${time} < ${olderThan} LIMIT ${batch} FOR UPDATE SKIP LOCKED))`;
    return count >= batch;
  }

  private briefly<T>(work: (tx: Prisma.TransactionClient) => Promise<T>): Promise<T> {
    return this.database.$transaction(async (tx) => {
      await tx.$executeRaw`SET LOCAL lock_timeout = '3s'`;
      return work(tx);
    });
  }
}
