import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { unwrap } from "@nofx/client";
import { manifest } from "@nofx/testkit";
import { beforeEach, describe, expect, it } from "vitest";
import { directoryWith, nofx, nofxJson, type Person, person, temporaryDirectory } from "./cli.ts";

const steps = [
  { id: "mail", agentId: "mailer", inputs: { to: "{{ to }}", password: "{{ password }}", urgent: "{{ urgent }}" } },
];
const body = (version = "1.0.0") => ({
  templateId: "mail-out",
  name: "Mail out",
  version,
  content: {
    kind: "workflow" as const,
    steps,
    variables: {
      to: { type: "array" as const, required: true, items: { type: "string" } },
      password: { type: "secret" as const, required: true },
      urgent: { type: "boolean" as const, default: false },
    },
    environments: { production: { variables: { urgent: true } } },
  },
});
const given = ["--var", 'to=["a"]', "--var", "password=secret://mail/password"];

describe("nofx render, of what lies here", () => {
  let cwd: string;
  beforeEach(async () => {
    cwd = await temporaryDirectory();
    for (const from of ["pipeline", "prompt"]) {
      await nofx(["new", "template", from, "--owner", "docs@example.com", "--from", from], { cwd });
    }
  });
  const render = (...argv: string[]) => nofx(["render", ...argv, "--offline"], { cwd });

  it("0: tells the plan: environment, values as they are declared, steps in order with exact agents", async () => {
    const argv = ["templates/pipeline", "--var", "topic=Tides", "--var", "maxWords=120", "--environment", "production"];
    const { exitCode, stdout } = await render(...argv);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^template +local\/pipeline 0\.1\.0\nenvironment +production\ngoal +A brief about Tides/);
    expect(stdout).toMatch(/2\. write Write the brief after research\n {3}local\/writer 0\.1\.0\n/);
    const { document } = await nofxJson("render", ["render", ...argv, "--offline"], { cwd });
    expect(document).toMatchObject({ from: "directory", plan: { variables: { topic: "Tides", maxWords: 120 } } });
  });

  it("0: takes values from a file, and typed ones before them", async () => {
    await writeFile(join(cwd, "vars.json"), '{"notes": "From the file.", "maxWords": 30}');
    const { stdout } = await render("templates/prompt", "--vars", "vars.json", "--var", "maxWords=40");
    expect(stdout).toContain("in at most 40 words");
    expect(stdout).toContain("From the file.");
    const unknown = await render("templates/prompt", "--var", "notes=a", "--var", "reeder=b");
    expect(unknown.stdout).toMatch(/^warning: \$\.variables\.reeder: .*reader is meant/);
  });

  it("1: everything that is wrong with values at once, with what is allowed", async () => {
    const { exitCode, stderr } = await render("templates/pipeline", "--var", "maxWords=many", "--var", "audience=");
    expect(exitCode).toBe(1);
    for (const line of [
      /^error: The variables do not fit:$/m,
      /^ {2}\$\.variables\.topic: A value is needed \(string, at least 1 characters, required\)$/m,
      /^ {2}\$\.variables\.maxWords: .*\(integer, from 50, to 2000, default 400\)$/m,
      /^ {2}\$\.variables\.audience: /m,
      /^ {2}→ Give values with --var name=value or --vars file\.json\.$/m,
    ]) {
      expect(stderr).toMatch(line);
    }
  });

  it("1 and 2: a file of values that is none, a value that is no JSON, an environment that is none", async () => {
    await writeFile(join(cwd, "broken.json"), '{"topic": }');
    await writeFile(join(cwd, "list.json"), "[]");
    const broken = await render("templates/pipeline", "--vars", "broken.json");
    expect(broken).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/^broken\.json:1:\d+: error: /) });
    expect(await render("templates/pipeline", "--vars", "list.json")).toMatchObject({ exitCode: 2 });
    const noJson = await render("templates/pipeline", "--var", "sources=[a");
    expect(noJson).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("the value of sources is not JSON") });
    expect(await render("templates/pipeline", "--var", "topic")).toMatchObject({ exitCode: 2 });
    const nowhere = await render("templates/pipeline", "--environment", "moon");
    expect(nowhere).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("There is: development, production."),
    });
    expect((await render("templates")).stderr).toContain("templates holds 2 templates");
  });
});

describe("nofx render, of what is published", () => {
  let ada: Person;
  beforeEach(async () => {
    ada = await person("publisher");
    await unwrap(ada.registry.publishAgent({ body: manifest({ agentId: "mailer", version: "1.0.0" }) }));
    for (const version of ["1.0.0", "1.0.1"]) await unwrap(ada.marketplace.publishTemplate({ body: body(version) }));
  });
  const render = (...argv: string[]) => nofx(["render", ...argv], { token: ada.token });

  it("0: renders the current version, or the one that is named, in its environment", async () => {
    const argv = ["render", "mail-out", ...given, "--environment", "production"];
    const { document } = await nofxJson("render", argv, { token: ada.token });
    expect(document).toMatchObject({
      from: "marketplace",
      plan: {
        template: { version: "1.0.1" },
        variables: { to: ["a"], urgent: true },
        steps: [{ agent: { agentId: "mailer", version: "1.0.0" } }],
      },
    });
    const { stdout } = await render(`template:${ada.tenant}/mail-out@1.0.0`, ...given, "--var", "urgent=true");
    expect(stdout).toMatch(/mail-out 1\.0\.0\n/);
    expect(stdout).toContain("urgent: true");
  });

  it("0: what lies here gives the same plan as when it is published", async () => {
    const cwd = await directoryWith({ "templates/mail-out/template.json": JSON.stringify(body("1.0.1")) });
    const here = await nofxJson<{ planDigest: string }>("render", ["render", "templates/mail-out", ...given], {
      cwd,
      token: ada.token,
    });
    const there = await nofxJson<{ planDigest: string }>("render", ["render", "mail-out", ...given], {
      token: ada.token,
    });
    expect(here.document.planDigest).toBe(there.document.planDigest);
  });

  it("1: a secret's value is refused, and printed nowhere, here and there", async () => {
    const cwd = await directoryWith({ "templates/mail-out/template.json": JSON.stringify(body()) });
    for (const template of ["mail-out", "templates/mail-out"]) {
      const argv = ["render", template, "--verbose", "--var", "to=[]", "--var", "password=hunter2"];
      for (const all of [argv, [...argv, "--json"]]) {
        const { exitCode, stdout, stderr } = await nofx(all, { cwd, token: ada.token });
        expect(exitCode).toBe(1);
        expect(stdout + stderr).toContain("secret://mail/password");
        expect(stdout + stderr).not.toContain("hunter2");
      }
    }
  });

  it("1, 2 and 4: what is not there, what is no name, and nobody", async () => {
    expect((await render("absent")).exitCode).toBe(1);
    expect((await render("mail-out@9.9.9")).exitCode).toBe(1);
    expect((await render("mail-out", ...given, "--environment", "moon")).exitCode).toBe(1);
    expect(await render("./not/there")).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("no path") });
    const anonymous = await nofx(["render", "mail-out", "--tenant", ada.tenant, ...given]);
    expect([1, 4]).toContain(anonymous.exitCode);
  });
});
