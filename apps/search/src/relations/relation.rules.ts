import type { TemplateRecord } from "@nofx/contract-marketplace";
import type { AgentRecord } from "@nofx/contract-registry";
import type { RelationKind } from "@nofx/contract-search";
import type { DocumentKey } from "@nofx/search-core";

/** That a resource refers to another one. */
export interface RelationEdge {
  readonly from: DocumentKey;
  readonly to: DocumentKey;
  readonly relation: RelationKind;
  /** Who may know of it. */
  readonly visibility: "private" | "public";
  /** The version of `from` that says so; undefined: the resource itself does. */
  readonly version?: string | undefined;
  readonly range?: string | undefined;
  readonly locked?: string | undefined;
  readonly environment?: string | undefined;
}

type AnyRecord = AgentRecord | TemplateRecord;

const isAgent = (record: AnyRecord): record is AgentRecord => "agentId" in record;

const keyOf = (record: { tenant: string } & ({ agentId: string } | { templateId: string })): DocumentKey =>
  "agentId" in record
    ? { type: "agent", tenant: record.tenant, id: record.agentId }
    : { type: "template", tenant: record.tenant, id: record.templateId };

/** What a version of the record says; of a draft nobody else knows. */
const saidBy = (record: AnyRecord, version: string): Pick<RelationEdge, "visibility" | "version"> => {
  const isDraft = record.versions.some((each) => each.version === version && each.status === "draft");
  return { version, visibility: isDraft ? "private" : record.visibility };
};

const usesOf = (record: AnyRecord): readonly Omit<RelationEdge, "from">[] => {
  if (isAgent(record)) {
    const said = saidBy(record, record.currentVersion);
    return record.dependencies.map(({ range, ...to }) => ({ to: keyOf(to), relation: "uses", range, ...said }));
  }
  return record.uses.map(({ kind: type, tenant, id, range, locked, environment, version }) => ({
    to: { type, tenant, id },
    relation: "uses",
    range,
    locked,
    environment,
    ...saidBy(record, version),
  }));
};

/** Everything that a record refers to. */
export const relationsOf = (record: AnyRecord): RelationEdge[] => {
  const from = keyOf(record);
  const { visibility, successor } = record;
  const origin = isAgent(record) ? undefined : record.forkedFrom;
  return [
    ...usesOf(record).map((edge) => ({ from, ...edge })),
    ...(origin ? [{ from, to: keyOf(origin), relation: "fork" as const, visibility, locked: origin.version }] : []),
    ...(successor ? [{ from, to: keyOf(successor), relation: "successor" as const, visibility }] : []),
  ];
};
