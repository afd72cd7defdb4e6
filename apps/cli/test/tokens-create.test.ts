import { unwrap } from "@nofx/client";
import { expect, it } from "vitest";
import { nofx, nofxJson, person } from "./cli.ts";

it("0: stdout is the secret alone, which works; the rest is told on stderr, or with --quiet not at all", async () => {
  const { token, tenant } = await person("admin");
  const argv = ["tokens", "create", "--name", "ci", "--role", "admin", "--expires", "7"];
  const { exitCode, stdout, stderr } = await nofx(argv, { token });
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^nofx_\S+\n$/);
  expect(stderr).toMatch(new RegExp(`^Token \\S+ of ${tenant} \\(admin\\), until \\d{4}-`));
  expect(stderr).not.toContain(stdout.trim());
  const own = await nofx([...argv, "--quiet"], { token: stdout.trim() });
  expect(own).toMatchObject({ exitCode: 0, stderr: "", stdout: expect.stringMatching(/^nofx_/) });
});

it("0: scopes and agents, and --dry-run, which issues nothing", async () => {
  const { token, registry } = await person("admin");
  const argv = ["tokens", "create", "--name", "ci", "--scope", "agents:publish", "--scope", "agents:read"];
  const bound = [...argv, "--agent", "greeter"];
  const dry = await nofx([...bound, "--dry-run"], { token });
  expect(dry.stdout).toMatch(/\(agents:publish, agents:read; may change only greeter\) for 90 days would be issued\./);
  const before = (await unwrap(registry.listTokens())).tokens.length;
  expect((await nofxJson("tokens-create", [...bound, "--dry-run"], { token })).document).toMatchObject({
    dryRun: true,
  });
  expect((await unwrap(registry.listTokens())).tokens).toHaveLength(before);
  const { document } = await nofxJson("tokens-create", bound, { token });
  const issued = { scopes: ["agents:publish", "agents:read"], agents: ["greeter"] };
  expect(document).toMatchObject({ token: issued, secret: expect.stringMatching(/^nofx_/) });
});

it("0: templates, beside agents or alone, and the list tells which", async () => {
  const { token } = await person("admin");
  const argv = ["tokens", "create", "--name", "notes", "--role", "publisher", "--template", "notes"];
  const dry = await nofx([...argv, "--agent", "greeter", "--dry-run"], { token });
  expect(dry.stdout).toContain("(publisher; may change only greeter, template notes)");
  const { document } = await nofxJson<{ secret: string }>("tokens-create", argv, { token });
  expect(document).toMatchObject({ token: { agents: [], templates: ["notes"] } });
  const { stdout } = await nofx(["tokens", "list"], { token });
  expect(stdout).toMatch(/ notes +until .* none +notes$/m);
  const whoami = await nofx(["whoami"], { token: document.secret });
  expect(whoami.stdout).toMatch(/^agents +none\ntemplates +notes$/m);
});

it("2: names the flag that is missing or wrong", async () => {
  const told = async (...argv: string[]) => {
    const { exitCode, stderr } = await nofx(["tokens", "create", ...argv]);
    expect(exitCode).toBe(2);
    return stderr;
  };
  expect(await told("--role", "admin")).toMatch(/^error: --name: Say what the token is for/);
  expect(await told("--name", "ci")).toMatch(/\n {2}→ Give either --role, or --scope/);
  expect(await told("--name", "ci", "--role", "admin", "--scope", "agents:read")).toMatch(/→ Give either --role/);
  expect(await told("--name", "ci", "--scope", "all")).toMatch(/^error: --scope: /);
  expect(await told("--name", "ci", "--role", "admin", "--expires", "0")).toMatch(/^error: --expires: /);
});

it("4: whoever may not, or wants to give away more than they have", async () => {
  const { token } = await person("publisher");
  const argv = ["tokens", "create", "--name", "ci", "--role", "admin"];
  expect(await nofx(argv, { token })).toMatchObject({ exitCode: 4, stdout: "" });
});
