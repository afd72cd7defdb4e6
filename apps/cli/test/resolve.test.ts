import { unwrap } from "@nofx/client";
import { manifest } from "@nofx/testkit";
import { beforeAll, describe, expect, it } from "vitest";
import { nofx, nofxJson, type Person, person } from "./cli.ts";
import { workflow } from "./manifests.ts";

describe("nofx resolve", () => {
  let ada: Person;
  beforeAll(async () => {
    ada = await person("admin");
    const { registry, marketplace } = ada;
    for (const version of ["1.0.0", "1.1.0", "2.0.0"])
      await unwrap(registry.publishAgent({ body: manifest({ version }), visibility: "public" }));
    await unwrap(registry.setChannel({ agentId: "greeter", channel: "beta", body: { version: "1.0.0" } }));
    const body = { status: "deprecated", reason: "Rude", successor: "2.0.0" } as const;
    await unwrap(registry.setVersionStatus({ agentId: "greeter", version: "1.0.0", body }));
    await unwrap(marketplace.publishTemplate({ body: workflow() }));
    const impossible = workflow({ templateId: "impossible" }, "greeter", "^9.0.0");
    await unwrap(marketplace.publishTemplate({ body: impossible, force: "true" }));
  });
  const resolve = (...argv: string[]) => nofx(["resolve", ...argv], { token: ada.token });

  it("0: agents by nothing more, a range, a channel or a version, in the order in which they were asked for", async () => {
    const argv = ["agent:greeter", "agent:greeter@^1", "agent:greeter@beta", "agent:greeter@1.1.0"];
    const { exitCode, stdout } = await resolve(...argv);
    expect(exitCode).toBe(0);
    const found = [...stdout.matchAll(/^✓ (\S+) → \S+\/greeter (\S+) sha256:/gm)].map(([, ...words]) => words);
    expect(found).toEqual(argv.map((asked, index) => [asked, ["2.0.0", "1.1.0", "1.0.0", "1.1.0"][index]]));
    expect(stdout).toMatch(new RegExp(`^  deprecated: Rude; use ${ada.tenant}/greeter@2\\.0\\.0$`, "m"));
  });

  it("0: another tenant's, by name or with --tenant", async () => {
    for (const argv of [[`agent:${ada.tenant}/greeter`], ["agent:greeter", "--tenant", ada.tenant]]) {
      const { document } = await nofxJson("resolve", ["resolve", ...argv]);
      expect(document).toMatchObject({ results: [{ ok: true, resolution: { version: "2.0.0" } }] });
    }
  });

  it("0: a template's lock, and who asked for what is in it", async () => {
    const { exitCode, stdout } = await resolve("template:welcome");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^✓ template:welcome → 1\.0\.0, lock sha256:/m);
    expect(stdout).toMatch(/^agent:\S+\/greeter +1\.1\.0 +template \S+\/welcome 1\.0\.0 \(\^1\.0\.0\)$/m);
    const argv = ["resolve", "template:welcome@1.0.0", "agent:greeter", "--strategy", "lowest"];
    const { document } = await nofxJson("resolve", argv, { token: ada.token });
    const lock = { agents: { [`${ada.tenant}/greeter`]: { version: "1.1.0" } } };
    expect(document).toMatchObject({
      results: [
        { of: "template", lock },
        { of: "agent", ok: true },
      ],
    });
  });

  it("1: explains what cannot be, beside what can", async () => {
    const { exitCode, stdout } = await resolve(
      "template:impossible",
      "agent:greeter",
      "agent:nobody@^1",
      "template:no",
    );
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^✗ template:impossible: .*greeter/m);
    expect(stdout).toMatch(/^✓ agent:greeter → /m);
    expect(stdout).toMatch(/^✗ agent:nobody@\^1: /m);
    const { document } = await nofxJson("resolve", ["resolve", "template:impossible"], { token: ada.token });
    const problem = { code: "dependencies_unsatisfiable", conflict: expect.any(Object) };
    expect(document).toMatchObject({ results: [{ ok: false, problem }] });
  });

  it("2 and 4: what is no resource, and templates without a token", async () => {
    expect((await resolve("greeter")).stderr).toMatch(/^error: <resources\.\.\.>: Write agent:<id>/);
    expect(await nofx(["resolve", "template:welcome"])).toMatchObject({ exitCode: 4 });
  });
});

it("2: a range or a channel of a template, which has neither", async () => {
  const { exitCode, stderr } = await nofx(["resolve", "template:welcome@^1"]);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr: expect.stringMatching(
      /template:welcome@\^1: Of a template only a version .+\n {2}→ Write template:welcome@1/,
    ),
  });
});
