import { ResourceId, TenantId } from "@nofx/contract-kit";
import { TemplateRecord } from "@nofx/contract-marketplace";
import { AgentRecord } from "@nofx/contract-registry";
import type { DocumentType } from "@nofx/contract-search";
import { type DocumentKey, keyText, type SearchDocument } from "@nofx/search-core";
import { z } from "zod";
import { projectAgent, projectTemplate } from "./project-records.rules.ts";

/** A record that was understood, and what the index makes of it. */
export interface IndexedRecord {
  readonly record: AgentRecord | TemplateRecord;
  readonly document: SearchDocument;
}

/** What a source told of a key: what it is now, that it is no more, or nothing that can be used. */
export type Told = { readonly key: DocumentKey } & (
  | { readonly kind: "there"; readonly indexed: IndexedRecord }
  | { readonly kind: "gone" }
  | { readonly kind: "unusable"; readonly error: string }
);

/** An answer of a source: what it told of keys, and how many records it did not even put a name to. */
export interface ToldRecords {
  readonly told: readonly Told[];
  readonly nameless: number;
}

const errorMax = 500;

/** What is kept of an error: enough to see what it is. PostgreSQL takes no NUL. */
export const errorText = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replaceAll("\0", "\\0").slice(0, errorMax);

const idFields = { agent: "agentId", template: "templateId" } as const;

const Name = z.object({ tenant: TenantId, id: ResourceId });

const keyOf = (type: DocumentType, raw: unknown): DocumentKey | undefined => {
  if (typeof raw !== "object" || raw === null) return undefined;
  const { tenant, [idFields[type]]: id } = raw as Record<string, unknown>;
  const { data } = Name.safeParse({ tenant, id });
  return data && { type, ...data };
};

const understood = (type: DocumentType, raw: unknown): IndexedRecord => {
  if (type === "agent") {
    const record = AgentRecord.parse(raw);
    return { record, document: projectAgent(record) };
  }
  const record = TemplateRecord.parse(raw);
  return { record, document: projectTemplate(record) };
};

const readOne = (key: DocumentKey, raw: unknown): Told => {
  try {
    return { key, kind: "there", indexed: understood(key.type, raw) };
  } catch (error) {
    return { key, kind: "unusable", error: errorText(error) };
  }
};

/** Reads a page of a listing. */
export const readListed = (type: DocumentType, raws: readonly unknown[]): ToldRecords => {
  const told = new Map<string, Told>();
  let nameless = 0;
  for (const raw of raws) {
    const key = keyOf(type, raw);
    if (key) told.set(keyText(key), readOne(key, raw));
    else nameless += 1;
  }
  return { told: [...told.values()], nameless };
};

/**
 * Reads what was answered to a question for keys. One that is missing is no more, unless the answer holds something
 * without a name: that may be any of them.
 */
export const readAsked = (keys: readonly DocumentKey[], raws: readonly unknown[]): Told[] => {
  const [first] = keys;
  if (!first) return [];
  const { told, nameless } = readListed(first.type, raws);
  const answered = new Map(told.map((each) => [keyText(each.key), each]));
  const missing = (key: DocumentKey): Told =>
    nameless === 0
      ? { key, kind: "gone" }
      : { key, kind: "unusable", error: "The answer holds a record without a name" };
  return keys.map((key) => answered.get(keyText(key)) ?? missing(key));
};
