import fc from "fast-check";
import { type AuditFacts, genesis, type SealedEntry, sealEntry } from "../src/index.ts";

const text = fc.string({ unit: "grapheme", maxLength: 12 });

/** Any audit entry, but for its id. */
const facts: fc.Arbitrary<Omit<AuditFacts, "id">> = fc.record(
  {
    at: fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    actor: text,
    action: text,
    resourceType: text,
    resourceId: text,
    version: text,
    reason: text,
    details: fc.dictionary(text, fc.jsonValue({ stringUnit: "grapheme" }), { maxKeys: 3 }),
    correlationId: text,
    changeId: fc.uuid(),
  },
  { requiredKeys: ["at", "actor", "action", "resourceType", "resourceId", "details", "correlationId"] },
);

/** Seals entries in the order given, from a head on. */
export const sealAll = (entries: readonly AuditFacts[], tenant = "acme", after = genesis): SealedEntry[] => {
  const chain: SealedEntry[] = [];
  for (const entry of entries) chain.push(sealEntry(tenant, chain.at(-1) ?? after, { auditId: entry.id, entry }));
  return chain;
};

/** A sound chain; ids grow, not always by one. */
export const anyChain = (length: { minLength: number; maxLength: number }): fc.Arbitrary<SealedEntry[]> =>
  fc
    .array(fc.tuple(fc.integer({ min: 1, max: 3 }), facts), length)
    .map((rows) => {
      let id = 0;
      return rows.map(([step, entry]): AuditFacts => {
        id += step;
        return { ...entry, id: String(id) };
      });
    })
    .map((entries) => sealAll(entries));

/** A chain of `length` plain entries. */
export const plainChain = (length: number): SealedEntry[] =>
  sealAll(
    Array.from({ length }, (_, index) => ({
      id: String(index + 10),
      at: "2026-11-22T09:30:00.000Z",
      actor: "token:ci",
      action: "agent.version_published",
      resourceType: "agent",
      resourceId: "code-review",
      details: { n: index },
      correlationId: "request",
    })),
  );
