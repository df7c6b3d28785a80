import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, isISO8601, IsOptional, Matches, Max, Min, ValidateBy } from 'class-validator';

/** Numbers in queries and forms arrive as text. What is no number stays as it is, for the rule to name. */
const ToInteger = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value));

/** `a,b`, `x[]=a&x[]=b` and a single value are one list. */
export const ToList = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(',').map((entry) => entry.trim()).filter(Boolean) : value));

const momentPattern = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i;
/** What both JavaScript and PostgreSQL can hold, whatever the offset. */
const [earliest, latest] = [Date.UTC(1970, 0, 1), Date.UTC(9000, 0, 1)];

/** A moment: date, or date and time; without an offset it is UTC. */
export const IsMoment = (): PropertyDecorator =>
  ValidateBy({
    name: 'isMoment',
    validator: {
      // JavaScript rolls a day that does not exist over into the next month; the strict reading refuses it.
      validate: (value: unknown) => typeof value === 'string' && isISO8601(value, { strict: true, strictSeparator: true }) && findMoment(value) !== null,
      defaultMessage: (args) => `${args?.property ?? 'value'} must be an ISO 8601 date and time`,
    },
  });

/** @throws Error for a text that `IsMoment` refuses */
export function toMoment(text: string): Date {
  const moment = findMoment(text);
  if (!moment) throw new Error(`"${text}" is no moment`);
  return moment;
}

function findMoment(text: string): Date | null {
  const [, date, time = '00:00', offset = 'Z'] = momentPattern.exec(text) ?? [];
  if (!date) return null;
  const zone = /^[+-]\d{2}$/.test(offset) ? `${offset}:00` : offset.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2').toUpperCase();
  const moment = new Date(`${date}T${time.replace(',', '.')}${zone}`);
  const isStorable = moment.getTime() >= earliest && moment.getTime() < latest;
  return isStorable ? moment : null;
}

/** Both ways through a list: `page` + `per_page` with a total, or `limit` + `cursor` at the same cost on every page. */
export class ListQuery {
  @ApiPropertyOptional({ minimum: 0, description: 'Zero-based page; answers with a total' })
  @IsOptional() @ToInteger() @IsInt() @Min(0) @Max(1_000_000)
  page?: number;

  @ApiPropertyOptional({ minimum: 1, maximum: 100 })
  @IsOptional() @ToInteger() @IsInt() @Min(1) @Max(100)
  per_page?: number;

  @ApiPropertyOptional({ minimum: 1, maximum: 100, description: 'Keyset paging: how many; the answer carries `next_cursor`' })
  @IsOptional() @ToInteger() @IsInt() @Min(1) @Max(100)
  limit?: number;

  @ApiPropertyOptional({ description: 'Keyset paging: the last answer\'s `next_cursor`' })
  @IsOptional() @Matches(/^[A-Za-z0-9_-]{1,64}$/, { message: 'cursor is malformed' })
  cursor?: string;
}

export type Paging =
  | { readonly mode: 'page'; readonly page: number; readonly perPage: number }
  | { readonly mode: 'keyset'; readonly limit: number; readonly cursor: string | null };

export function readPaging(query: ListQuery, defaultSize: number): Paging {
  if (query.limit !== undefined || query.cursor !== undefined) {
    return { mode: 'keyset', limit: query.limit ?? query.per_page ?? defaultSize, cursor: query.cursor ?? null };
  }
  return { mode: 'page', page: query.page ?? 0, perPage: query.per_page ?? defaultSize };
}

/** Of rows that were read with one more than `limit`: the page, and the id to go on after, null at the end. */
export function keysetPage<T extends { readonly id: string }>(rows: readonly T[], limit: number): { readonly rows: readonly T[]; readonly nextCursor: string | null } {
  const page = rows.slice(0, limit);
  return { rows: page, nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
}

/** A part of a list, by id. */
export interface Keyset {
  readonly limit: number;
  readonly cursor: string | null;
}

/** For lists that are whole unless a part is asked for. */
export function readKeyset(query: Pick<ListQuery, 'limit' | 'cursor'>): Keyset | null {
  return query.limit === undefined && query.cursor === undefined ? null : { limit: query.limit ?? 100, cursor: query.cursor ?? null };
}

/** `{data}`, or with a keyset `{data, next_cursor}`, of rows that were read for it. */
export function toList<Row extends { readonly id: string }, Shown>(rows: readonly Row[], keyset: Keyset | null, show: (row: Row) => Shown): { data: Shown[]; next_cursor?: string | null } {
  if (!keyset) return { data: rows.map(show) };
  const page = keysetPage(rows, keyset.limit);
  return { data: page.rows.map(show), next_cursor: page.nextCursor };
}
