import { type RawBuilder, sql } from "kysely";
import type { ReportParameters } from "./report-period.rules.ts";

/** What a report is made with. */
export interface Making {
  readonly parameters: ReportParameters;
  /** Of the caller's tenant alone. */
  readonly isOwn: boolean;
}

/**
 * What makes a report: rows with `rank` and `key`, which order them and tell them apart, and the `row` that is shown. The
 * most interesting ones have the lowest rank.
 */
export type ReportSource = (making: Making) => RawBuilder<unknown>;

/** Where `r` is the caller's tenant's, if that is all that was asked for. */
export const ownOnly = ({ isOwn }: Making): RawBuilder<unknown> =>
  isOwn ? sql`r.tenant_id = (SELECT current_setting('app.tenant_id', true))` : sql`true`;

/** A time as JSON has it. */
export const moment = (at: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`to_char(${at} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
