import { unwrap } from "@nofx/client";
import type {} from "@nofx/testkit/matchers";
import { describe, expect, it } from "vitest";
import { directoryWith, nofx, nofxJson, person, writeFiles } from "./cli.ts";
import { agentFiles, incapable, templateFiles, workflow } from "./manifests.ts";

const publishing = async (
  files: Readonly<Record<string, string>>,
  role: "admin" | "publisher" | "viewer" = "admin",
) => {
  const ada = await person(role);
  const cwd = await directoryWith(files);
  const publish = (...argv: string[]) => nofx(["publish", ...argv], { cwd, token: ada.token });
  const json = (...argv: string[]) => nofxJson("publish", ["publish", ...argv], { cwd, token: ada.token });
  return { ada, cwd, publish, json };
};
const both = {
  ...agentFiles("greeter", { version: "1.1.0" }),
  ...agentFiles("greeter/versions/1.0.0"),
};

describe("nofx publish", () => {
  it("0: publishes every version of a directory, says what it made of it, and changes nothing the second time", async () => {
    const { ada, publish, json } = await publishing(both);
    const first = await publish("greeter");
    expect(first).toMatchObject({ exitCode: 0, stderr: "" });
    expect(first.stdout).toMatch(/^✓ agent:greeter 1\.0\.0 published\n {2}sha256:[0-9a-f]{64}, change \S+$/m);
    expect(first.stdout).toMatch(/^✓ agent:greeter 1\.1\.0 published; minor since 1\.0\.0, needs none$/m);
    const { agent } = await unwrap(ada.registry.getAgent({ agentId: "greeter" }));
    expect(agent).toMatchObject({ currentVersion: "1.1.0", visibility: "private" });
    const { document, exitCode } = await json("greeter/agent.json");
    expect(exitCode).toBe(0);
    expect(document).toMatchObject({
      ok: true,
      versions: [
        { id: "greeter", version: "1.0.0", action: "unchanged", outcome: "identical" },
        { id: "greeter", version: "1.1.0", outcome: "identical", digest: agent.versions[0]?.digest },
      ],
    });
    expect((document.versions as object[])[1]).not.toHaveProperty("change");
  });

  it("0: --dry-run says what would happen, with the verdict on the version number, and writes nothing", async () => {
    const { ada, publish, json } = await publishing(both);
    const argv = ["greeter", "--dry-run", "--channel", "beta"];
    const { exitCode, stdout } = await publish(...argv);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^· agent:greeter 1\.1\.0 would be published; minor since 1\.0\.0, needs none$/m);
    expect(stdout).toMatch(/^✓ agent:greeter beta would point at 1\.1\.0\nNothing was written\.\n$/m);
    expect((await json(...argv)).document).toMatchObject({ dryRun: true, versions: [{}, { outcome: "none" }] });
    expect(await ada.registry.getAgent({ agentId: "greeter" })).toBeProblem(404, "agent_not_found");
  });

  it("1: a version number that says too little is refused, with the least that would do and why", async () => {
    const { publish, cwd, ada, json } = await publishing(agentFiles("greeter"));
    await publish("greeter");
    const next = await directoryWith(agentFiles("checkout", { version: "1.0.1", ...incapable }));
    const { exitCode, stdout } = await nofx(["publish", "checkout"], { cwd: next, token: ada.token });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^✗ agent:greeter 1\.0\.1 would be refused \(checkout\/agent\.json\)$/m);
    expect(stdout).toMatch(/^ {4}major: \$\.capabilities\S*: /m);
    expect(stdout).toMatch(/^ {2}→ Write "version": "2\.0\.0" in checkout\/agent\.json\.$/m);
    const argv = ["publish", "checkout", "--json"];
    const { versions } = (await nofx(argv, { cwd: next, token: ada.token })).json<{ versions: object[] }>();
    expect(versions).toMatchObject([{ problem: { code: "version_bump_too_small", least: "2.0.0" } }]);
    expect(cwd).not.toBe(next);
    expect((await json("greeter")).exitCode).toBe(0);
  });

  it("1: other content under a published version is refused, with what differs", async () => {
    const { publish, ada } = await publishing(agentFiles("greeter"));
    await publish("greeter");
    const other = await directoryWith(agentFiles("greeter", { description: "Other." }));
    const { exitCode, stdout } = await nofx(["publish", "greeter"], { cwd: other, token: ada.token });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^ {4}patch: \$\.description: /m);
    expect(stdout).toMatch(
      /^ {2}→ What is published never changes: write a higher version in greeter\/agent\.json\.$/m,
    );
  });

  it("1: every finding with file, line and column, and nothing of the rest is published", async () => {
    const { ada, publish, json } = await publishing({
      ...agentFiles("agents/greeter"),
      "agents/broken/agent.json": '{\n  "agentId": "broken",\n  "name": 7\n}',
    });
    const { exitCode, stdout } = await publish("agents");
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^agents\/broken\/agent\.json:3:11: error: \$\.name: /m);
    expect(stdout).toMatch(/^✗ agent:broken cannot be published$/m);
    expect(stdout).toMatch(/^· agent:greeter 1\.0\.0 not published, as something else cannot be$/m);
    expect((await json("agents")).document).toMatchObject({ ok: false });
    expect(await ada.registry.getAgent({ agentId: "greeter" })).toBeProblem(404, "agent_not_found");
  });

  it("0: below 1.0.0 says that a minor step is enough for what breaks callers", async () => {
    const first = workflow({ version: "0.1.0" });
    const files = { ...agentFiles("agents/greeter"), ...templateFiles("templates/welcome", first) };
    const { cwd, publish } = await publishing(files);
    expect(await publish("agents", "templates")).toMatchObject({ exitCode: 0 });
    const content = { ...first.content, variables: { tone: { type: "string", required: true } } };
    await writeFiles(cwd, templateFiles("templates/welcome", { ...first, version: "0.2.0", content }));
    const told = / published; minor since 0\.1\.0, which below 1\.0\.0 is enough for what is major$/m;
    expect((await publish("templates")).stdout).toMatch(told);
  });

  it("0: templates follow the agents and templates of the same call that they need", async () => {
    const files = { ...agentFiles("agents/greeter"), ...templateFiles("templates/welcome") };
    const { ada, json } = await publishing(files);
    await unwrap(
      ada.marketplace.updateMarketplaceSettings({ body: { semverPolicy: "enforce", publishChecks: "enforce" } }),
    );
    const dry = await json("templates", "agents", "--dry-run");
    expect(dry).toMatchObject({ exitCode: 0, document: { ok: true, findings: [] } });
    expect(dry.document.versions).toMatchObject([
      { kind: "agent", action: "create" },
      { kind: "template", action: "refused", afterOthers: true, problem: { code: "dependencies_unsatisfiable" } },
    ]);
    const { exitCode, document } = await json("templates", "agents", "--visibility", "public");
    expect({ exitCode, findings: document.findings }).toEqual({ exitCode: 0, findings: [] });
    expect(document.versions).toMatchObject([
      { kind: "agent", id: "greeter", outcome: "created" },
      { kind: "template", id: "welcome", outcome: "created", change: expect.any(String) },
    ]);
    const { template } = await unwrap(ada.marketplace.getTemplate({ templateId: "welcome" }));
    expect(template.visibility).toBe("public");
  });

  it("1: a template that needs what is nowhere is refused at its place in the file", async () => {
    const { ada, publish } = await publishing(templateFiles("templates/welcome"));
    await unwrap(
      ada.marketplace.updateMarketplaceSettings({ body: { semverPolicy: "enforce", publishChecks: "enforce" } }),
    );
    const { exitCode, stdout } = await publish("templates");
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /^templates\/welcome\/template\.json:\d+:\d+: error: \$\.content\S*: There is no agent greeter, /m,
    );
    expect(stdout).toMatch(
      /^ {2}→ Publish what is missing, or change the ranges in \S+\. Or publish nevertheless with/m,
    );
  });

  it("0: nor is a template published without its lock if the same call publishes what it lacks", async () => {
    const template = workflow({ templateId: "a-first" }, "greeter");
    const builder = { ...template.content, dependencies: { templates: { welcome: "^1.0.0" } } };
    const { ada, publish } = await publishing({
      ...agentFiles("agents/greeter"),
      ...templateFiles("templates/a-first", { ...template, content: builder }),
      ...templateFiles("templates/welcome"),
    });
    const settings = { semverPolicy: "enforce", publishChecks: "warn" } as const;
    await unwrap(ada.marketplace.updateMarketplaceSettings({ body: settings }));
    const { exitCode, stdout } = await publish(".");
    expect({ exitCode, warnings: stdout.match(/warning:/g) }).toEqual({ exitCode: 0, warnings: null });
    const version = { templateId: "a-first", version: "1.0.0" };
    const { lock } = await unwrap(ada.marketplace.getTemplateVersionLock(version));
    expect(Object.keys(lock.templates)).toEqual([`${ada.tenant}/welcome`]);
  });

  it("1, and 0 with --force: a template whose dependencies cannot be resolved", async () => {
    const { ada, publish } = await publishing(templateFiles("welcome", workflow({}, "nobody")));
    await unwrap(
      ada.marketplace.updateMarketplaceSettings({ body: { semverPolicy: "enforce", publishChecks: "enforce" } }),
    );
    const refused = await publish("welcome");
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout).toMatch(/^ {2}→ Publish what is missing, .* --force/m);
    expect(await publish("welcome", "--force")).toMatchObject({ exitCode: 0 });
  });

  it("0 and 1: --channel points at the newest version afterwards, and says how to do it by hand if that fails", async () => {
    const { ada, publish } = await publishing(both);
    const { exitCode, stdout } = await publish("greeter", "--channel", "beta");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^✓ agent:greeter beta points at 1\.1\.0 \(change \S+\)$/m);
    const { agent } = await unwrap(ada.registry.getAgent({ agentId: "greeter" }));
    expect(agent.channels).toMatchObject([{ channel: "latest" }, { channel: "beta", version: "1.1.0" }]);
    for (const version of ["1.0.0", "1.1.0"]) await publish("greeter", "--channel", `v-${version[2]}`);
    const body = { status: "archived" as const, reason: "Old" };
    const old = await directoryWith(agentFiles("old", { agentId: "old" }));
    const [first, second] = [
      agentFiles("old", { agentId: "old", version: "1.0.1" }),
      agentFiles("old", { agentId: "old" }),
    ];
    await nofx(["publish", "old"], { cwd: old, token: ada.token });
    await nofx(["publish", "old"], { cwd: await directoryWith(first), token: ada.token });
    await unwrap(ada.registry.setVersionStatus({ agentId: "old", version: "1.0.0", body }));
    const argv = ["publish", "old", "--channel", "beta"];
    const failed = await nofx(argv, { cwd: await directoryWith(second), token: ada.token });
    expect(failed.exitCode).toBe(1);
    expect(failed.stdout).toMatch(/^ {2}→ Set it by hand: nofx channels set agent:old beta 1\.0\.0$/m);
  });

  it("2: names what cannot be meant", async () => {
    const { publish } = await publishing({ ...agentFiles("greeter"), ...templateFiles("welcome"), "x.json": "{}" });
    expect(await publish("welcome", "--channel", "beta")).toMatchObject({ exitCode: 2 });
    expect(await publish("greeter", "--force")).toMatchObject({ exitCode: 2 });
    expect((await publish("greeter", "--channel", "latest")).stderr).toMatch(/^error: --channel: Use a lower-case/);
    expect((await publish("x.json")).stderr).toMatch(/^error: x\.json is no directory\n {2}→ /);
    expect((await publish()).stderr).toMatch(/^error: missing required argument 'paths'/);
  });

  it("4 and 3: a token that may not publish, none at all, and no answer", async () => {
    const { publish, cwd } = await publishing(agentFiles("greeter"), "viewer");
    expect(await publish("greeter")).toMatchObject({ exitCode: 4, stdout: "" });
    expect(await nofx(["publish", "greeter"], { cwd })).toMatchObject({ exitCode: 4 });
    expect(await nofx(["publish", "greeter"], { cwd, origin: "http://127.0.0.1:1" })).toMatchObject({ exitCode: 3 });
  });
});
