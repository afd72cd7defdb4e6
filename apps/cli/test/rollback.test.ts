import { unwrap } from "@nofx/client";
import { manifest } from "@nofx/testkit";
import { describe, expect, it } from "vitest";
import { nofx, nofxJson, type Person, person } from "./cli.ts";
import { workflow } from "./manifests.ts";

const greeter = (change: Parameters<typeof manifest>[0] = {}) => manifest({ agentId: "greeter", ...change });

/** An agent with two versions, one that depends on it, and a template with two versions. */
const published = async (): Promise<Person> => {
  const ada = await person("admin");
  for (const body of [greeter(), greeter({ version: "1.1.0", description: "New." })])
    await unwrap(ada.registry.publishAgent({ body }));
  const needs = { entryPrompt: "prompts/system.md", dependencies: { agents: { greeter: "^1.1.0" } } };
  const waiter = manifest({ agentId: "waiter", manifest: needs });
  await unwrap(ada.registry.publishAgent({ body: waiter }));
  for (const version of ["1.0.0", "1.1.0"])
    await unwrap(ada.marketplace.publishTemplate({ body: workflow({ version }, "greeter", "^1.0.0") }));
  return ada;
};
const current = async ({ registry }: Person) =>
  (await unwrap(registry.getAgent({ agentId: "greeter" }))).agent.currentVersion;
const back = ["rollback", "agent:greeter", "--to", "1.0.0", "--reason", "Rude"];

describe("nofx rollback", () => {
  it("0: makes an earlier version current again, and says what changed and whom it affects", async () => {
    const ada = await published();
    const { exitCode, stdout } = await nofx([...back, "--yes"], { token: ada.token });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^✓ agent:greeter went from 1\.1\.0 back to 1\.0\.0 \(change \S+\)$/m);
    expect(stdout).toMatch(/^ {2}\$\.description: "New\." → "Greets people\."$/m);
    expect(stdout).toMatch(/^ {2}1\.1\.0 active$/m);
    expect(stdout).toMatch(/^agent:\S+\/waiter +1\.0\.0 +wants \^1\.1\.0, which is not satisfied afterwards$/m);
    expect(await current(ada)).toBe("1.0.0");
  });

  it("0: --dry-run shows the same and writes nothing; nobody has to confirm it", async () => {
    const ada = await published();
    const { exitCode, stdout } = await nofx([...back, "--dry-run"], { token: ada.token });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^· agent:greeter would go from 1\.1\.0 back to 1\.0\.0\. Nothing was written\.$/m);
    const { document } = await nofxJson("rollback", [...back, "--dry-run"], { token: ada.token });
    expect(document).toMatchObject({ dryRun: true, impact: { affected: [{ id: "waiter", satisfied: false }] } });
    expect(document).not.toHaveProperty("change");
    expect(await current(ada)).toBe("1.1.0");
  });

  it("0: on a terminal, shows what it affects and does it only if that is confirmed", async () => {
    const ada = await published();
    const no = await nofx(back, { token: ada.token, columns: 120, typed: "n\r" });
    expect(no.exitCode).toBe(1);
    expect(no.stderr).toContain("waiter");
    expect(no.stderr).toContain("Nothing was done");
    expect(await current(ada)).toBe("1.1.0");
    const yes = await nofx(back, { token: ada.token, columns: 120, typed: "y\r" });
    expect(yes.exitCode).toBe(0);
    expect(await current(ada)).toBe("1.0.0");
  });

  it("0: templates too", async () => {
    const ada = await published();
    const argv = ["rollback", "template:welcome", "--to", "1.0.0", "--reason", "Stuck", "--yes"];
    const { exitCode, document } = await nofxJson("rollback", argv, { token: ada.token });
    expect(exitCode).toBe(0);
    expect(document).toMatchObject({ kind: "template", from: "1.1.0", to: "1.0.0", change: expect.any(String) });
    const { template } = await unwrap(ada.marketplace.getTemplate({ templateId: "welcome" }));
    expect(template.currentVersion).toBe("1.0.0");
    const onTerminal = [...argv.slice(0, -1), "--to", "1.1.0"];
    expect(await nofx(onTerminal, { token: ada.token, columns: 80, typed: "y\r" })).toMatchObject({ exitCode: 0 });
  });

  it("2: names the flag that is missing or wrong", async () => {
    const { token } = await person("admin");
    const told = async (...argv: string[]) => {
      const { exitCode, stderr } = await nofx(["rollback", ...argv], { token });
      expect(exitCode).toBe(2);
      return stderr;
    };
    expect(await told("agent:greeter", "--reason", "x")).toMatch(/^error: --to: Say which version/);
    expect(await told("agent:greeter", "--to", "1.0.0")).toMatch(/^error: --reason: Say why/);
    expect(await told("agent:greeter", "--to", "1", "--reason", "x")).toMatch(/^error: --to: /);
    expect(await told("agent:acme/greeter", "--to", "1.0.0", "--reason", "x")).toMatch(/^error: <resource>: Leave/);
    expect(await told("agent:greeter", "--to", "1.0.0", "--reason", "x")).toMatch(/\n {2}→ Give --yes, or --dry-run/);
  });

  it("1 and 4: what is not there, what is current already, and who may not", async () => {
    const ada = await published();
    const failing = (argv: string[], token = ada.token) => nofxJson("rollback", [...argv, "--yes"], { token });
    const absent = await failing(["rollback", "agent:nobody", "--to", "1.0.0", "--reason", "x"]);
    expect(absent).toMatchObject({ exitCode: 1, document: { error: { code: "agent_not_found" } } });
    const same = await failing([...back, "--to", "1.1.0"]);
    expect(same).toMatchObject({ exitCode: 1, document: { error: { code: "rollback_refused" } } });
    const { token } = await person("publisher", ada.tenant);
    expect(await failing(back, token)).toMatchObject({ exitCode: 4 });
  });

  it("1: says what to do where there is nothing to go back to, naming the resource", async () => {
    const { token } = await published();
    const [resource, , , ...rest] = back.slice(1);
    for (const to of ["1.1.0", "0.0.9"]) {
      const argv = ["rollback", `${resource}`, "--to", to, ...rest, "--yes"];
      const { exitCode, stderr } = await nofx(argv, { token });
      expect({ exitCode, stderr }).toEqual({
        exitCode: 1,
        stderr: expect.stringContaining("`nofx status agent:greeter`"),
      });
    }
  });
});
