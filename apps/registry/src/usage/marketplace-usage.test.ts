import type { Change } from "@nofx/contract-kit";
import { expect, it } from "vitest";
import { daysOf } from "./marketplace-usage.ts";

const counted = (succeeded: unknown, more: Partial<Change> = {}): Change => ({
  id: crypto.randomUUID(),
  cursor: "e:1",
  tenant: "acme",
  visibility: "private",
  type: "agent.usage_counted",
  resourceType: "agent",
  resourceId: "collector",
  version: "1.0.0",
  at: "2026-11-22T09:30:00.000Z",
  correlationId: "usage",
  data: {
    day: "2026-11-22",
    sample: false,
    succeeded,
    failed: 0,
    cancelled: 0,
    invalid: 0,
    durationMs: 5,
    lastAt: "2026-11-22T09:30:00.000Z",
  },
  ...more,
});

it("of each day the last figures are taken, of other tenants, agents, versions and samples apart", () => {
  const sample = counted(9);
  const days = daysOf([
    counted(1),
    counted(5, { tenant: "globex" }),
    counted(6, { resourceId: "other" }),
    counted(7, { version: "1.0.1" }),
    { ...sample, data: { ...sample.data, sample: true } },
    counted(2),
  ]);
  expect(days.map(({ succeeded }) => succeeded)).toEqual([2, 5, 6, 7, 9]);
});

it("what is about something else, or is not understood, is left out and stops nobody", () => {
  const { version: _version, ...unversioned } = counted(1);
  const strange = [counted(1, { type: "template.version_published" }), counted("many"), counted(-1), unversioned];
  expect(daysOf([...strange, counted(3)]).map(({ succeeded }) => succeeded)).toEqual([3]);
});
