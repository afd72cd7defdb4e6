import type { Change } from "@nofx/contract-kit";
import { expect, it } from "vitest";
import { categoryChanges, namedKeys } from "./changes.rules.ts";

const change = (resourceType: string, resourceId: string, tenant = "acme"): Change => ({
  id: "01890a5d-ac96-774b-bcce-b302099a8057",
  cursor: "x:1",
  tenant,
  visibility: "public",
  type: `${resourceType}.changed`,
  resourceType,
  resourceId,
  data: {},
  at: "2026-01-01T00:00:00.000Z",
  correlationId: "c",
});

it("changes name each agent once, whatever the tenant's other agents do", () => {
  const changes = [change("agent", "a"), change("agent", "a"), change("agent", "a", "globex"), change("token", "a")];
  expect(namedKeys("agent", changes)).toEqual([
    { type: "agent", tenant: "acme", id: "a" },
    { type: "agent", tenant: "globex", id: "a" },
  ]);
  expect(namedKeys("template", changes)).toEqual([]);
});

it("changes of categories are told apart", () => {
  expect(categoryChanges([change("template", "a"), change("category", "b")])).toMatchObject([{ resourceId: "b" }]);
});
