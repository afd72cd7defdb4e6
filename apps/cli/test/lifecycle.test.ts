import { unwrap } from "@nofx/client";
import { manifest } from "@nofx/testkit";
import { describe, expect, it } from "vitest";
import { nofx, nofxJson, type Person, person } from "./cli.ts";
import { workflow } from "./manifests.ts";

const published = async (): Promise<Person> => {
  const ada = await person("admin");
  for (const [agentId, version] of [
    ["greeter", "1.0.0"],
    ["greeter", "1.1.0"],
    ["host", "1.0.0"],
  ] as const)
    await unwrap(ada.registry.publishAgent({ body: manifest({ agentId, version }) }));
  for (const version of ["1.0.0", "1.1.0"])
    await unwrap(ada.marketplace.publishTemplate({ body: workflow({ version }) }));
  return ada;
};
const why = ["--reason", "Rude"];

describe("nofx lifecycle", () => {
  it("0: deprecates an agent with a successor and takes it back, each in one call, nothing asked", async () => {
    const { token, registry } = await published();
    const argv = ["lifecycle", "agent:greeter", "deprecated", ...why, "--successor", "host"];
    const dry = await nofx([...argv, "--dry-run"], { token });
    expect(dry.stdout).toMatch(/^· agent:greeter would be deprecated\. Nothing was written\.$/m);
    const { exitCode, document } = await nofxJson("lifecycle", argv, { token });
    expect({ exitCode, document }).toMatchObject({
      exitCode: 0,
      document: { outcome: "changed", status: "deprecated", change: expect.any(String), impact: expect.any(Object) },
    });
    const { agent } = await unwrap(registry.getAgent({ agentId: "greeter" }));
    expect(agent).toMatchObject({ status: "deprecated", successor: { agentId: "host" } });
    expect((await nofx(argv, { token })).stdout).toBe("✓ agent:greeter was deprecated already\n");
    const back = await nofx(["lifecycle", "agent:greeter", "active", "--reason", "Polite"], { token });
    expect(back.stdout).toMatch(/^✓ agent:greeter is active \(change \S+\)$/m);
  });

  it("0: one version of an agent, whose archiving has to be confirmed", async () => {
    const { token, registry } = await published();
    const argv = ["lifecycle", "agent:greeter@1.0.0", "archived", ...why];
    expect((await nofx(argv, { token })).stderr).toMatch(/\n {2}→ Give --yes, or --dry-run/);
    const no = await nofx(argv, { token, columns: 100, typed: "n\r" });
    expect(no).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("Make agent:greeter@1.0.0 archived?") });
    expect(await nofx(argv, { token, columns: 100, typed: "y\r" })).toMatchObject({ exitCode: 0 });
    const { versions } = (await unwrap(registry.getAgent({ agentId: "greeter" }))).agent;
    expect(versions).toMatchObject([{ status: "active" }, { version: "1.0.0", status: "archived" }]);
    const other = ["lifecycle", "agent:greeter@1.1.0", "archived", ...why, "--yes"];
    const { document } = await nofxJson("lifecycle", other, { token });
    expect(document).toMatchObject({ error: { code: "version_in_use" } });
  });

  it("0: templates and their versions", async () => {
    const { token, marketplace } = await published();
    const one = ["lifecycle", "template:welcome@1.0.0", "deprecated", ...why, "--successor", "1.1.0"];
    expect((await nofxJson("lifecycle", one, { token })).document).toMatchObject({ version: "1.0.0" });
    const gone = ["lifecycle", "template:welcome@1.0.0", "archived", ...why];
    expect(await nofx(gone, { token, columns: 100, typed: "y\r" })).toMatchObject({ exitCode: 0 });
    const all = ["lifecycle", "template:welcome", "disabled", ...why];
    expect((await nofx([...all, "--dry-run"], { token })).exitCode).toBe(0);
    expect((await nofx([...all, "--yes"], { token })).exitCode).toBe(0);
    const { template } = await unwrap(marketplace.getTemplate({ templateId: "welcome" }));
    expect(template).toMatchObject({ status: "disabled", versions: [{ status: "active" }, { status: "archived" }] });
    const instead = ["lifecycle", "template:welcome", "deprecated", ...why, "--successor", "nobody"];
    const { document } = await nofxJson("lifecycle", instead, { token });
    expect(document).toMatchObject({ error: { code: "successor_refused" } });
  });

  it("2: names what cannot be meant", async () => {
    const { token } = await person("admin");
    const told = async (...argv: string[]) => {
      const { exitCode, stderr } = await nofx(["lifecycle", ...argv, "--yes"], { token });
      expect(exitCode).toBe(2);
      return stderr;
    };
    expect(await told("agent:greeter", "active")).toMatch(/^error: --reason: Say why/);
    expect(await told("agent:greeter", "gone", ...why)).toMatch(/^error: <status>: /);
    expect(await told("agent:greeter", "archived", ...why)).toMatch(/^error: <status>: agents are never archived\n/);
    expect(await told("agent:greeter@1.0.0", "disabled", ...why)).toMatch(/^error: <status>: versions are never/);
    expect(await told("agent:greeter@", "active", ...why)).toMatch(/^error: <resource>: Write a version after the @/);
    expect(await told("agent:acme/greeter", "active", ...why)).toMatch(/^error: <resource>: Leave the tenant out/);
    expect(await told("thing", "active", ...why)).toMatch(/^error: <resource>: Write agent:<id> or template:<id>/);
    expect(await told("agent:x", "active", ...why, "--successor", "y")).toMatch(/^error: --successor: Only what is/);
    expect(await told("agent:x", "deprecated", ...why, "--successor", "a b")).toMatch(/^error: --successor: "a b" is/);
    expect(await told("template:x@1.0.0", "active", ...why, "--dry-run")).toMatch(/^error: --dry-run: There is no/);
  });

  it("1 and 4: what is not there, and who may not", async () => {
    const ada = await published();
    const argv = ["lifecycle", "agent:nobody", "disabled", ...why];
    expect(await nofx([...argv, "--yes"], { token: ada.token })).toMatchObject({ exitCode: 1 });
    expect(await nofx(argv, { token: ada.token, columns: 80, typed: "y\r" })).toMatchObject({ exitCode: 1 });
    const { token } = await person("publisher", ada.tenant);
    expect(await nofx(["lifecycle", "agent:greeter", "active", ...why], { token })).toMatchObject({ exitCode: 4 });
  });
});
