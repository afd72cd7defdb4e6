import { expect, it } from "vitest";
import { reportThroughKills } from "./usage-kills.ts";
it("x", async () => {
  const report = await reportThroughKills({ runs: 150_000, batch: 1_000, kills: 5 });
  console.log(report);
  expect(report).toMatchObject({ otherAnswers: [], differences: [] });
}, 1_200_000);
