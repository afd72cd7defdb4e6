import { stripVTControlCharacters } from "node:util";
import { manifest } from "@nofx/testkit";
import { beforeAll, describe, expect, it } from "vitest";
import { nofx, nofxJson, type Person, person, untilSearchable } from "./cli.ts";

const prompt = {
  templateId: "greeting-plan",
  name: "Greeting Plan",
  version: "2.1.0",
  tags: ["greeting"],
  content: { kind: "prompt" as const, instructions: "Greet.", input: [{ type: "input_text" as const, text: "Now." }] },
};

describe("nofx search", () => {
  let ada: Person;
  beforeAll(async () => {
    ada = await person("admin");
    const { registry, marketplace } = ada;
    const bell = manifest({ agentId: "bell", name: "Door\u001b[31m Bell" });
    await untilSearchable(ada, [
      await registry.publishAgent({ body: manifest({ agentId: "greeter", name: "Friendly Greeter" }) }),
      await registry.publishAgent({ body: bell }),
      await marketplace.publishTemplate({ body: prompt }),
    ]);
  });
  const search = (argv: readonly string[], columns?: number) =>
    nofx(["search", ...argv, "--tenant", ada.tenant], { token: ada.token, ...(columns && { columns }) });

  it("0: tells type, id, name, version and rating of each hit, and how many there are", async () => {
    const { exitCode, stdout, stderr } = await search(["greeter"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const [title, hit] = stdout.split("\n");
    expect(title).toMatch(/^TYPE +ID +NAME +VERSION +RATING$/);
    expect(hit).toMatch(new RegExp(`^agent +${ada.tenant}/greeter +Friendly Greeter +1\\.0\\.0 +–$`));
    expect(stdout).toMatch(/\d of \d\n$/);
  });

  it("0: --json is one document that fits the schema", async () => {
    const argv = ["search", "greeting", "--type", "template", "--facets", "type,tag", "--tenant", ada.tenant];
    const { exitCode, document } = await nofxJson("search", argv, { token: ada.token });
    expect(exitCode).toBe(0);
    expect(document).toMatchObject({
      hits: [{ type: "template", id: "greeting-plan", currentVersion: "2.1.0" }],
      facets: { tag: [{ value: "greeting", count: 1 }] },
    });
  });

  it("0: says what was probably meant, and that nothing was found", async () => {
    const { stdout } = await search(["frendly"]);
    expect(stdout).toContain("greeter");
    expect(stdout).toContain("Did you mean: friendly");
    expect((await search(["zyxwvut"])).stdout).toMatch(/^Nothing was found\.\n {2}→ Try fewer or other words/);
  });

  it("0: warns of what could not be read", async () => {
    const { stdout } = await search(["rating:>=high"]);
    expect(stdout).toMatch(/^warning: /);
  });

  it("0: goes on where a page has ended, or to the end", async () => {
    const first = await search(["--limit", "1", "--sort", "name"]);
    const [, cursor = ""] = /--cursor (\S+)$/m.exec(first.stdout) ?? [];
    expect(first.stdout).toContain("Door");
    expect((await search(["--limit", "1", "--sort", "name", "--cursor", cursor])).stdout).toContain("greeter");
    const all = await search(["--limit", "1", "--sort", "name", "--all"]);
    expect(all.stdout).toContain("3 of 3\n");
  });

  it("0: facets are tables of their own", async () => {
    const { stdout } = await search(["--facets", "type"]);
    expect(stdout).toMatch(/\nTYPE +HITS\nagent +2\ntemplate +1\n/);
  });

  it("0: fits the terminal, and lets no name command it", async () => {
    const { stdout } = await search(["bell"], 60);
    expect(stdout).not.toContain("\u001b[31m");
    expect(stdout).toContain("\ufffd");
    const lines = stdout.split("\n").map((line) => stripVTControlCharacters(line));
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(60);
  });

  it("2: names the flag that is wrong", async () => {
    const { exitCode, stderr } = await search(["--limit", "many"]);
    expect(exitCode).toBe(2);
    expect(stderr).toBe('error: --limit: "many" is not a number\n  → See: nofx search --help\n');
    expect((await search(["--facets", "colour"])).stderr).toContain("--facets: Use a comma-separated list of: type");
  });

  it("1: a broken cursor is refused", async () => {
    const { exitCode, document } = await nofxJson("search", ["search", "--cursor", "broken"]);
    expect(exitCode).toBe(1);
    expect(document).toMatchObject({ error: { problem: { status: 400 } } });
  });
});
