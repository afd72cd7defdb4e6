import { manifest } from "@nofx/testkit";
import { beforeAll, describe, expect, it } from "vitest";
import { nofx, nofxJson, type Person, person, untilSearchable } from "./cli.ts";

describe("nofx relations", () => {
  let ada: Person;
  beforeAll(async () => {
    ada = await person("admin");
    const agent = await ada.registry.publishAgent({ body: manifest() });
    const template = await ada.marketplace.publishTemplate({
      body: {
        templateId: "welcome",
        name: "Welcome",
        version: "1.0.0",
        content: {
          kind: "workflow",
          goal: "Greet.",
          versionFile: "versions/1.0.0.json",
          dependencies: { agents: { greeter: "^1.0.0" } },
        },
        files: [
          { path: "versions/1.0.0.json", content: JSON.stringify({ steps: [{ id: "greet", agentId: "greeter" }] }) },
        ],
      },
    });
    await untilSearchable(ada, [agent, template]);
  });

  it("0: tells what uses it, and what it depends on", async () => {
    const { exitCode, stdout } = await nofx(["relations", "agent:greeter"], { token: ada.token });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^USED BY +RELATION +BY VERSION +WANTS$/m);
    expect(stdout).toMatch(new RegExp(`^template:${ada.tenant}/welcome +uses +1\\.0\\.0 +\\^1\\.0\\.0`, "m"));
    const argv = ["relations", "template:welcome", "--direction", "depends-on", "--depth", "1"];
    const { document } = await nofxJson("relations", argv, { token: ada.token });
    expect(document).toMatchObject({ of: "relations", edges: [{ to: { type: "agent", id: "greeter" } }] });
    const none = await nofx(["relations", "template:welcome", "--direction", "used-by"], { token: ada.token });
    expect(none.stdout).toBe("Nothing is related.\n");
  });

  it("1: --impact says what would break without a version; 0: if nothing does", async () => {
    const argv = ["relations", "agent:greeter", "--impact", "1.0.0"];
    const { exitCode, stdout } = await nofx(argv, { token: ada.token });
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`template:${ada.tenant}/welcome 1.0.0`);
    expect(stdout).toMatch(/Without 1\.0\.0: \d would break/);
    expect((await nofxJson("relations", argv, { token: ada.token })).document).toMatchObject({ of: "impact" });
    const safe = await nofx(["relations", "template:welcome", "--impact", "1.0.0"], { token: ada.token });
    expect(safe).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("0 would break") });
  });

  it("2 and 1: what is no resource, and what is not there", async () => {
    expect(await nofx(["relations", "greeter"])).toMatchObject({ exitCode: 2 });
    expect(await nofx(["relations", "agent:nobody"], { token: ada.token })).toMatchObject({ exitCode: 1 });
  });
});
