import { manifest } from "@nofx/testkit";
import { expect, it } from "vitest";
import { nofx, nofxJson, person } from "./cli.ts";

it("0: tells who did what to what, filtered and page by page", async () => {
  const ada = await person("admin");
  for (const agentId of ["greeter", "waiter"]) await ada.registry.publishAgent({ body: manifest({ agentId }) });
  const options = { token: ada.token };
  const { exitCode, stdout } = await nofx(["audit", "list", "--action", "agent.version_published"], options);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^AT +ACTION +ON +BY +REASON$/m);
  expect(stdout).toMatch(/agent\.version_published +agent:greeter 1\.0\.0 +token:/);
  const one = ["audit", "list", "--resource", "agent:greeter", "--limit", "1"];
  const { document } = await nofxJson("audit-list", one, options);
  expect(document).toMatchObject({ entries: [{ resourceType: "agent", resourceId: "greeter" }] });
  const [, cursor = ""] = /--cursor (\S+)/.exec((await nofx(["audit", "list", "--limit", "1"], options)).stdout) ?? [];
  expect((await nofx(["audit", "list", "--cursor", cursor], options)).exitCode).toBe(0);
  expect((await nofx(["audit", "list", "--service", "marketplace"], options)).stdout).toBe("Nothing was done.\n");
});

it("4: not without the right", async () => {
  const { token } = await person("viewer");
  expect(await nofx(["audit", "list"], { token })).toMatchObject({ exitCode: 4 });
});
