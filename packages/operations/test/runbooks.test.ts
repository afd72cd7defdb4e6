import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";

const repository = join(import.meta.dirname, "../../..");

it("every alert has its part in the runbook, and each part that is named like an alert its alert", async () => {
  const alerts = await readFile(join(repository, "infra/prometheus/alerts.yml"), "utf8");
  const runbook = await readFile(join(repository, "docs/operations/incident.md"), "utf8");
  const names = [...alerts.matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
  const told = [...alerts.matchAll(/runbook_url: \S+\/docs\/operations\/incident\.md#(\w+)/g)].map(([, to]) => to);
  const parts = [...runbook.matchAll(/^## (Nofx\w+)$/gm)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(0);
  expect(told).toEqual(names.map((name) => name?.toLowerCase()));
  expect(parts.toSorted()).toEqual(names.toSorted());
});
