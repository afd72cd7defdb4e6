import { unwrap } from "@nofx/client";
import { manifest } from "@nofx/testkit";
import { beforeAll, describe, expect, inject, it, vi } from "vitest";
import { nofx, nofxJson, type Person, person } from "./cli.ts";

describe("nofx status", () => {
  let ada: Person;
  const status = (...argv: string[]) => nofx(["status", ...argv], { token: ada.token });
  beforeAll(async () => {
    ada = await person("admin");
    const isReady = async () => (await unwrap(ada.search.getSystemHealth())).status === "ok";
    await vi.waitUntil(isReady, { timeout: 20_000, interval: 200 });
  });

  it("0: tells of every service, every database and the index", async () => {
    const { exitCode, stdout } = await status();
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`${inject("world").origin} is ok.`);
    expect(stdout).toMatch(/\nPART +STATUS +ANSWERED IN +DETAIL\nregistry +ok +\d+ ms +contract/);
    expect(stdout).toMatch(/\ndatabase of search +ok .*\nsearch index +ok +\d+ documents\n$/);
  });

  it("0: --json is one document that fits the schema, and says more with a token than without", async () => {
    expect(await nofxJson("status", ["status"], { token: ada.token })).toMatchObject({
      exitCode: 0,
      document: { of: "system", system: { status: "ok", details: "full" } },
    });
    const anonymous = await nofxJson("status", ["status"]);
    expect(anonymous.document).toMatchObject({ system: { details: "withheld" } });
    expect((await nofx(["status"])).stdout).toContain("With a token there is more to see.");
  });

  it("0: tells of an agent its version, status, channels and newest versions", async () => {
    const { registry, tenant, token } = ada;
    for (const version of ["1.0.0", "1.0.1", "1.0.2"]) {
      await unwrap(registry.publishAgent({ body: manifest({ version, agentId: "seen" }) }));
    }
    await unwrap(registry.setChannel({ agentId: "seen", channel: "calm", body: { version: "1.0.1" } }));
    const body = { status: "deprecated", reason: "Too old" } as const;
    await unwrap(registry.setAgentStatus({ agentId: "seen", body }));
    const { exitCode, stdout } = await status("agent:seen", "--versions", "2");
    expect(exitCode).toBe(0);
    for (const line of [
      /^agent +t-\w+\/seen$/m,
      /^name +Greeter$/m,
      /^version +1\.0\.2$/m,
      /^status +deprecated: Too old$/m,
      /^visibility +private$/m,
      /^channels +latest → 1\.0\.2, calm → 1\.0\.1$/m,
      /^1\.0\.2 +active +\d{4}-\d\d-\d\d\n1\.0\.1 .*\n$/m,
    ]) {
      expect(stdout).toMatch(line);
    }
    expect(stdout).not.toMatch(/^1\.0\.0/m);
    const { document } = await nofxJson("status", ["status", "agent:seen", "--versions", "0"], { token });
    expect(document).toMatchObject({ of: "agent", tenant, id: "seen", versions: [] });
  });

  it("0: tells of a template, also of another tenant's", async () => {
    const body = {
      templateId: "planned",
      name: "Planned",
      version: "0.3.0",
      content: {
        kind: "prompt" as const,
        instructions: "Plan.",
        input: [{ type: "input_text" as const, text: "Now." }],
      },
    };
    await unwrap(ada.marketplace.publishTemplate({ body, visibility: "public" }));
    const { stdout } = await nofx(["status", `template:${ada.tenant}/planned`]);
    expect(stdout).toMatch(/^version +0\.3\.0$/m);
    expect(stdout).not.toContain("channels");
    const argv = ["status", "template:planned", "--tenant", ada.tenant];
    expect((await nofxJson("status", argv)).document).toMatchObject({ of: "template", visibility: "public" });
  });

  it("1: says what to do about what is not there", async () => {
    const { exitCode, stderr } = await status("agent:absent");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^error: .*\n {2}→ Look for it with `nofx search`/);
    const { document } = await nofxJson("status", ["status", "template:absent"], { token: ada.token });
    expect(document).toMatchObject({ error: { code: "template_not_found", problem: { status: 404 } } });
  });

  it("2: says how an agent or a template is named", async () => {
    for (const [word, told] of [
      ["seen", "[resource]: Write agent:<id> or template:<id>"],
      ["agent:Not An Id", "[resource]: Use 1–128"],
      ["agent:../x", "[resource]: Use 1–63"],
    ] as const) {
      expect(await status(word)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(told) });
    }
  });

  it("4: says how to sign in when the token is no good", async () => {
    const { exitCode, stderr } = await nofx(["status"], { token: "nofx_wrong" });
    expect(exitCode).toBe(4);
    expect(stderr).toContain("→ Sign in with `nofx login`");
  });
});
