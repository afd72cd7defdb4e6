import fc from "fast-check";
import { expect, it } from "vitest";
import { toUsageEvent } from "./execution.rules.ts";
import { kindsOf } from "./usage-kinds.rules.ts";

const label = fc.constantFrom("a", "a b", "a b b", "1 a", " ", "b");
const report = fc.record(
  {
    templateId: fc.constantFrom("a", "b"),
    runId: fc.string(),
    version: fc.constantFrom("1.0.0", "1.0.0-a"),
    environment: fc.constantFrom("a", "b"),
    outcome: fc.constantFrom("failed", "invalid"),
    durationMs: fc.nat(),
    callerKind: fc.constantFrom("human", "ci"),
    tenant: fc.constantFrom("a", "b"),
    failedStep: label,
    errorClass: label,
    occurredAt: fc.constantFrom("2026-11-19T23:59:59.999Z", "2026-11-20T00:00:00Z"),
    sample: fc.boolean(),
  },
  { requiredKeys: ["templateId", "runId", "version", "outcome", "durationMs", "callerKind", "sample"] },
);

it("every report is of the kind at its place, and no two kinds are the same", () => {
  fc.assert(
    fc.property(fc.array(report, { maxLength: 60 }), (reports) => {
      const events = reports.map((each) => toUsageEvent(each, { tenantId: "a", subject: "s" }, new Date()));
      const { kinds, places } = kindsOf(events);
      const told = kinds.map((kind) => {
        const { day, templateTenant, templateId, version, environment, callerKind, isSample, outcome } = kind;
        const { failedStep, errorClass } = kind;
        const owned = { day, templateTenant, templateId, version, environment, callerKind, isSample, outcome };
        return { ...owned, failedStep, errorClass };
      });
      expect(new Set(told.map((kind) => JSON.stringify(kind))).size).toBe(kinds.length);
      expect(places).toHaveLength(events.length);
      for (const [index, event] of events.entries()) expect(event).toMatchObject(told[(places[index] ?? 0) - 1] ?? {});
    }),
  );
});
