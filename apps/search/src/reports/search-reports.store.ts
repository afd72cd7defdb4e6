import { type RawBuilder, sql } from "kysely";
import { type Making, moment, type ReportSource } from "./making.store.ts";

const within = ({ parameters: { from, to } }: Making): RawBuilder<unknown> => sql`at >= ${from} AND at < ${to}`;

/** What was searched for in vain. Queries may be long, so their hash tells them apart. */
export const zeroResultQueries: ReportSource = (making) => sql`
  SELECT -count(*)::float8 AS rank, md5(query) AS key,
    json_build_object('query', query, 'searches', count(*), 'lastAt', ${moment(sql`max(at)`)}) AS row
  FROM searches WHERE total = 0 AND ${within(making)} GROUP BY query`;

/** How far down people choose. */
export const clickPositions: ReportSource = (making) => sql`
  SELECT position::float8 AS rank, '' AS key, json_build_object('position', position, 'clicks', count(*),
    'share', round(count(*) / sum(count(*)) OVER (), 4)) AS row
  FROM clicks WHERE ${within(making)} GROUP BY position`;
