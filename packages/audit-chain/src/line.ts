import type { AuditFacts, SealedEntry } from "./entry.ts";
import { parseExactly } from "./exact-json.ts";

/**
 * One line of an export. `detailsText`: the details as the database wrote them, put in as they are, so that no number is
 * rounded on the way.
 */
export const toLine = ({ tenant, position, auditId, previousHash, hash, entry }: SealedEntry, detailsText: string) => {
  const head = JSON.stringify({ tenant, position, auditId, previousHash, hash }).slice(0, -1);
  if (entry === null) return `${head},"entry":null}\n`;
  const { details: _details, ...facts } = entry;
  return `${head},"entry":${JSON.stringify(facts).slice(0, -1)},"details":${detailsText}}}\n`;
};

const isText = (value: unknown): value is string => typeof value === "string";

const isSealed = (value: unknown): value is SealedEntry => {
  if (value === null || typeof value !== "object") return false;
  const { tenant, position, auditId, previousHash, hash, entry } = value as Record<keyof SealedEntry, unknown>;
  const isEntry = entry === null || (typeof entry === "object" && isText((entry as AuditFacts).id));
  return [tenant, auditId, previousHash, hash].every(isText) && Number.isSafeInteger(position) && isEntry;
};

/** Reads a line of an export. @throws if it is not one. */
export const fromLine = (line: string): SealedEntry => {
  const value = parseExactly(line);
  if (!isSealed(value)) throw new SyntaxError("not a sealed audit entry");
  return value;
};
