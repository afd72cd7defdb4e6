import type { RelationKind } from "@nofx/contract-search";
import { type Reads, readInTenant, type TenantScope, type TenantTransaction } from "@nofx/db-kit";
import type { DocumentKey } from "@nofx/search-core";
import { type Kysely, type RawBuilder, sql } from "kysely";
import type { DB } from "../db/schema.gen.ts";
import type { RelationEdge } from "./relation.rules.ts";

const rowOf = ({ from, to, ...edge }: RelationEdge) => ({
  tenant_id: from.tenant,
  type: from.type,
  id: from.id,
  target_tenant: to.tenant,
  target_type: to.type,
  target_id: to.id,
  ...edge,
});

/** Puts what some resources refer to in the place of what they referred to before. */
export const replaceRelations = async (
  trx: TenantTransaction<DB>,
  keys: readonly DocumentKey[],
  edges: readonly RelationEdge[],
): Promise<void> => {
  if (keys.length > 0) {
    await sql`
      DELETE FROM relations r USING jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) AS k (tenant text, type text, id text)
      WHERE r.tenant_id = k.tenant AND r.type = k.type AND r.id = k.id`.execute(trx);
  }
  if (edges.length === 0) return;
  const columns = sql.raw(
    "tenant_id, type, id, visibility, relation, target_tenant, target_type, target_id, version, range, locked, environment",
  );
  await sql`
    INSERT INTO relations (position, ${columns})
    SELECT row_number() OVER (), ${columns}
    FROM jsonb_to_recordset(${JSON.stringify(edges.map(rowOf))}::jsonb) AS e (
      tenant_id text, type text, id text, visibility text, relation text, target_tenant text, target_type text,
      target_id text, version text, range text, locked text, environment text)`.execute(trx);
};

/** Which relations are followed from where, and how far. */
export interface Walk {
  readonly root: DocumentKey;
  /** Away from the root, or towards it. */
  readonly direction: "depends-on" | "used-by";
  readonly relations: readonly RelationKind[];
  readonly depth: number;
  /** Edges at the most. */
  readonly limit: number;
}

/** A relation as a walk met it. */
export interface WalkedEdge extends Omit<RelationEdge, "visibility"> {
  readonly depth: number;
  readonly dead: boolean;
}

const ends = {
  "depends-on": {
    here: sql.raw("r.tenant_id, r.type, r.id"),
    there: sql.raw("r.target_tenant, r.target_type, r.target_id"),
  },
  "used-by": {
    here: sql.raw("r.target_tenant, r.target_type, r.target_id"),
    there: sql.raw("r.tenant_id, r.type, r.id"),
  },
};

/**
 * Breadth first. A resource is met at most once per depth, which ends cycles. The rows of a walk are made as they are asked
 * for, so that the limit bounds the work: with so many rows, more resources than `limit` have been met, hence more edges.
 */
const walked = ({ root, direction, relations, depth, limit }: Walk): RawBuilder<{ edge: WalkedEdge }> => {
  const { here, there } = ends[direction];
  const from = sql`FROM told_relations r WHERE (${here}) = (w.tenant, w.type, w.id) AND r.relation = ANY (${relations})`;
  return sql`
    WITH RECURSIVE walk AS (
      SELECT ${root.tenant}::text COLLATE "C" AS tenant, ${root.type}::text COLLATE "C" AS type, ${root.id}::text COLLATE "C" AS id, 0 AS depth
      UNION
      SELECT n.tenant, n.type, n.id, w.depth + 1
      FROM walk w CROSS JOIN LATERAL (
        SELECT DISTINCT ${there} ${from} ORDER BY 1, 2, 3 LIMIT ${limit + 1}) AS n (tenant, type, id)
      WHERE w.depth < ${depth}
    ), reached AS (
      SELECT tenant, type, id, min(depth) AS depth
      FROM (SELECT * FROM walk LIMIT ${(limit + 2) * (depth + 1)}) AS w GROUP BY tenant, type, id
    )
    SELECT json_strip_nulls(json_build_object(
      'from', json_build_object('type', e.type, 'tenant', e.tenant_id, 'id', e.id),
      'to', json_build_object('type', e.target_type, 'tenant', e.target_tenant, 'id', e.target_id),
      'relation', e.relation, 'version', e.version, 'range', e.range, 'locked', e.locked, 'environment', e.environment,
      'dead', e.dead, 'depth', w.depth + 1)) AS edge
    FROM reached w CROSS JOIN LATERAL (
      SELECT r.* ${from} ORDER BY ${there}, r.position LIMIT ${limit + 1}) AS e
    WHERE w.depth < ${depth}
    ORDER BY w.depth, e.tenant_id, e.type, e.id, e.position LIMIT ${limit + 1}`;
};

/** What a walk meets, the nearest first: one edge more than the limit if there are more. */
export const listWalkedEdges = async (db: Reads<DB>, scope: TenantScope, walk: Walk): Promise<WalkedEdge[]> => {
  const rows = await readInTenant(db, scope, (query: Kysely<DB>) => ({ compile: () => walked(walk).compile(query) }));
  return rows.map(({ edge }) => edge);
};

/** A resource as a walk tells of it. */
export interface RelatedResource extends DocumentKey {
  readonly name: string;
  readonly currentVersion: string;
  readonly status: "active" | "deprecated" | "disabled";
  readonly visibility: "private" | "public";
  readonly versions: readonly { readonly version: string; readonly status: string }[];
  readonly versionCount: number;
}

/** Those of some resources that are there for the caller. */
export const listRelated = async (
  db: Reads<DB>,
  scope: TenantScope,
  keys: readonly DocumentKey[],
): Promise<RelatedResource[]> => {
  const rows = await readInTenant(db, scope, (query: Kysely<DB>) => ({
    compile: () =>
      sql<{ resource: RelatedResource }>`
        SELECT json_build_object('type', r.type, 'tenant', r.tenant_id, 'id', r.id, 'visibility', r.visibility,
          'name', summary -> 'name', 'currentVersion', summary -> 'currentVersion', 'status', summary -> 'status',
          'versions', summary -> 'versions', 'versionCount', summary -> 'versionCount') AS resource
        FROM jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) AS k (tenant text, type text, id text)
        JOIN records r ON r.tenant_id = k.tenant AND r.type = k.type AND r.id = k.id`.compile(query),
  }));
  return rows.map(({ resource }) => resource);
};
