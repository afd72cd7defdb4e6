import { expect, it } from "vitest";
import { publishThroughKills } from "./kills.ts";

it("1,000 publishes, the service and PostgreSQL killed ten times: nothing acknowledged is lost, every audit entry sealed once", async () => {
  const report = await publishThroughKills({ publishes: 1000, kills: 10 });
  console.log(report);
  expect(report).toMatchObject({ acknowledged: 1000, versions: 1000, otherAnswers: [], lost: [], uneven: [] });
  const { entries, sealed, verification } = report.audit;
  expect([entries > 1000, sealed]).toEqual([true, entries]);
  expect(verification).toMatchObject({ valid: true, verified: entries, pending: 0 });
}, 600_000);
