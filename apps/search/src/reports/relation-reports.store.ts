import { sql } from "kysely";
import { ownOnly, type ReportSource } from "./making.store.ts";

/** How many have locked which version. */
export const adoptionByVersion: ReportSource = (making) => sql`
  SELECT -dependents::float8 AS rank, concat_ws('/', tenant_id, type, id, version) AS key, json_build_object(
    'type', type, 'tenant', tenant_id, 'id', id, 'version', version, 'current', is_current, 'dependents', dependents,
    'share', round(dependents::numeric / all_dependents, 4)) AS row
  FROM reported_adoption r WHERE ${ownOnly(making)}`;

/** What refers to what is not there. */
export const deadDependencies: ReportSource = (making) => sql`
  SELECT 0::float8 AS rank, concat_ws('/', tenant_id, type, id, lpad(position::text, 12, '0')) AS key,
    json_strip_nulls(json_build_object(
      'type', type, 'tenant', tenant_id, 'id', id, 'version', version, 'relation', relation, 'targetType', target_type,
      'targetTenant', target_tenant, 'targetId', target_id, 'range', range, 'locked', locked, 'environment', environment,
      'reason', reason)) AS row
  FROM reported_dead_relations r WHERE ${ownOnly(making)}`;
