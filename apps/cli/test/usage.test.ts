import { manifest } from "@nofx/testkit";
import { expect, it, vi } from "vitest";
import { nofx, nofxJson, person } from "./cli.ts";

it("0: of an agent: totals, day by day", async () => {
  const ada = await person("admin");
  await ada.registry.publishAgent({ body: manifest() });
  const { exitCode, stdout } = await nofx(["usage", "agent:greeter", "--from", "2026-11-01"], { token: ada.token });
  expect(exitCode).toBe(0);
  expect(stdout).toContain(`agent:${ada.tenant}/greeter\n`);
  expect(stdout).toMatch(/^runs +0: 0 succeeded, 0 failed, 0 cancelled, 0 invalid$/m);
  expect(stdout).toMatch(/^day by day +·+$/m);
  const { document } = await nofxJson("usage", ["usage", "agent:greeter"], { token: ada.token });
  expect(document).toMatchObject({ of: "agent", totals: { runs: 0 } });
});

it("0: of a template: its runs, people, success rate and versions", async () => {
  const ada = await person("admin");
  const prompt = {
    kind: "prompt" as const,
    instructions: "Coach.",
    input: [{ type: "input_text" as const, text: "Now." }],
  };
  await ada.marketplace.publishTemplate({
    body: { templateId: "coach", name: "Coach", version: "1.0.0", content: prompt },
  });
  const body = { runId: crypto.randomUUID(), version: "1.0.0", outcome: "succeeded" as const, durationMs: 1000 };
  const reported = await ada.marketplace.recordExecution({ templateId: "coach", body });
  expect(reported).toMatchObject({ ok: true });
  const counted = async () => {
    const answer = await ada.marketplace.getTemplateAnalytics({ templateId: "coach" });
    return answer.ok && answer.status === 200 && answer.body.totals.runs === 1;
  };
  await vi.waitUntil(counted, { timeout: 20_000 });
  const { stdout } = await nofx(["usage", "template:coach"], { token: ada.token });
  expect(stdout).toMatch(/^runs +1: 1 succeeded/m);
  expect(stdout).toMatch(/^day by day +·+█$/m);
  expect(stdout).toMatch(/^1\.0\.0 +1 +100 % +·+█$/m);
  const { document } = await nofxJson("usage", ["usage", "template:coach"], { token: ada.token });
  expect(document).toMatchObject({ of: "template", totals: { runs: 1 } });
});

it("1 and 2: what is not there, and what is no resource or time", async () => {
  const { token } = await person("viewer");
  expect(await nofx(["usage", "agent:nobody"], { token })).toMatchObject({ exitCode: 1 });
  expect(await nofx(["usage", "nobody"])).toMatchObject({ exitCode: 2 });
  expect(await nofx(["usage", "agent:x", "--from", "soon"])).toMatchObject({ exitCode: 2 });
});
