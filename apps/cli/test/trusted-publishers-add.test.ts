import { unwrap } from "@nofx/client";
import { expect, it } from "vitest";
import { directoryWith, nofx, nofxJson, person } from "./cli.ts";
import { agentFiles, below, templateFiles } from "./sources.ts";

const github = "https://token.actions.githubusercontent.com";
const add = (...more: string[]) => ["trusted-publishers", "add", "--name", "Release", "--agent", "greeter", ...more];
const narrow = ["repository=acme/agents", "repository_owner_id=4711", "environment=release"];
const asked = add(...narrow.flatMap((claim) => ["--claim", claim]));

it("0: trusts runs with exactly these claims; --dry-run trusts nobody", async () => {
  const { token, registry } = await person("admin");
  const dry = await nofx([...asked, "--dry-run"], { token });
  expect(dry.stdout).toBe(
    `· "Release" would be trusted to publish greeter: runs of ${github} with ${narrow.join(" ")}. Nothing was written.\n`,
  );
  const listed = async () => (await unwrap(registry.listTrustedPublishers())).trustedPublishers;
  expect((await nofxJson("trusted-publishers-add", [...asked, "--dry-run"], { token })).document).toMatchObject({
    dryRun: true,
  });
  expect(await listed()).toEqual([]);
  const { exitCode, stdout } = await nofx(asked, { token });
  const [trusted] = await listed();
  expect(trusted).toMatchObject({ issuer: github, claims: { environment: "release" }, agents: ["greeter"] });
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringMatching(/^✓ "Release" is trusted .+\n$/) });
  expect(stdout).toContain(`(${trusted?.id})`);
});

it("0: trusts runs with templates, beside agents or alone", async () => {
  const { token, registry } = await person("admin");
  const onTemplates = ["--template", "notes", "--template", "digest"];
  const dry = await nofx([...asked, ...onTemplates, "--dry-run"], { token });
  expect(dry.stdout).toContain("would be trusted to publish greeter, template notes, template digest: runs of ");
  const alone = asked.filter((word) => !["--agent", "greeter"].includes(word));
  expect(await nofxJson("trusted-publishers-add", [...alone, ...onTemplates], { token })).toMatchObject({
    exitCode: 0,
    document: { order: { templates: ["notes", "digest"] }, trustedPublisher: { agents: [] } },
  });
  const { trustedPublishers } = await unwrap(registry.listTrustedPublishers());
  expect(trustedPublishers).toMatchObject([{ agents: [], templates: ["notes", "digest"] }]);
});

it("0: a token of such a publisher syncs its agents and templates, and stops at others with what to do", async () => {
  const { registry } = await person("admin");
  const scopes = ["agents:publish", "agents:read", "templates:publish", "templates:read"] as const;
  const body = { name: "run", scopes: [...scopes], agents: ["greeter"], templates: ["welcome"] };
  const { secret } = await unwrap(registry.createToken({ body }));
  const sync = async (template: string) => {
    const files = {
      ...below("agents", agentFiles("greeter")),
      ...below("templates", templateFiles(template, "greeter")),
    };
    return await nofx(["sync", "agents", "templates"], { token: secret, cwd: await directoryWith(files) });
  };
  expect(await sync("welcome")).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/✓ 2 created\n$/) });
  const other = await sync("other");
  expect(other.exitCode).toBe(1);
  expect(other.stdout + other.stderr).toMatch(/`nofx whoami` tells which templates yours may change/);
});

it("0: warns where that trusts more than it seems to; claims may hold the sign =", async () => {
  const { token } = await person("admin");
  const claims = ["--issuer", "gitlab", "--claim", "project_path=acme/agents", "--claim", "sub=a=b"];
  const { stdout } = await nofx(add(...claims), { token });
  expect(stdout).toMatch(/\nwarning: \$\.claims/);
  const { document } = await nofxJson("trusted-publishers-add", add(...claims), { token });
  expect(document).toMatchObject({
    dryRun: false,
    trustedPublisher: { issuer: "https://gitlab.com", claims: { sub: "a=b" } },
    warnings: expect.arrayContaining([expect.objectContaining({ code: "name_may_change_hands" })]),
  });
});

it("2: names the flag that is missing or wrong", async () => {
  const told = async (...argv: string[]) => {
    const { exitCode, stderr } = await nofx(["trusted-publishers", "add", ...argv]);
    expect(exitCode).toBe(2);
    return stderr;
  };
  const bare = await told();
  for (const flag of ["--name: Say", "--claim: Say", "--agent: Say"]) expect(bare).toContain(flag);
  expect(await told("--name", "x", "--agent", "a", "--claim", "repository")).toMatch(
    /^error: --claim: Write name=value/,
  );
  expect(await told("--name", "x", "--agent", "A!", "--claim", "a=b")).toMatch(/^error: --agent: /);
  expect(await told("--name", "x", "--template", "A!", "--claim", "a=b")).toMatch(/^error: --template: /);
  expect(await told("--name", "x", "--agent", "a", "--claim", "a=b", "--issuer", "x")).toMatch(
    /^error: --issuer: Write github, gitlab, or the address/,
  );
});

it("1 and 4: an issuer that is not allowed, claims that name nobody, and whoever may not", async () => {
  const { token } = await person("admin");
  const foreign = await nofx([...asked, "--issuer", "https://ci.example.com"], { token });
  expect(foreign).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/\n {2}→ Name one of those with --issuer/),
  });
  const vague = await nofx(add("--claim", "environment=release"), { token });
  expect(vague).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/\n {2}→ Correct --claim; /) });
  expect(await nofx(asked, { token: (await person("publisher")).token })).toMatchObject({ exitCode: 4, stdout: "" });
});
