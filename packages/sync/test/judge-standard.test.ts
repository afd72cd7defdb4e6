import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { judgeDirectory, judgeStandard } from "../src/index.ts";
import { directoryOf, version } from "./directory.ts";

const shared = join(import.meta.dirname, "../../shared");
const metadata = { owner: "team@example.com", source: "agents/greeter", license: "Apache-2.0" };
const sound = {
  tags: ["people", "writing", "welcome"],
  metadata,
  capabilities: [{ id: "greet", label: "Greet" }],
  manifest: { entryPrompt: "prompts/system.md", capabilities: ["greet"] },
};
const told = async (findings: ReturnType<typeof judgeStandard>) =>
  (await findings).map(({ severity, code, file, line }) => `${severity} ${code} ${file}:${line ?? "-"}`);

describe("the standard", () => {
  it.each(["agent", "template"] as const)("is kept by every %s that ships, and each of them is valid", async (noun) => {
    expect((await judgeDirectory(noun, join(shared, `${noun}s`))).findings).toEqual([]);
  });

  it("is held against whatever lies in a directory, earlier versions included", async () => {
    const directory = await directoryOf({
      ...version("greeter", { ...sound, version: "1.0.0" }),
      ...version("greeter/versions/1.1.0", { ...sound, version: "1.1.0", tags: ["one"] }),
      "greeter/notes.txt": "x",
      "beside.txt": "x",
    });
    expect(await told(judgeStandard("agent", directory))).toEqual([
      "error version_not_newest greeter/agent.json:4",
      "warning tags_count greeter/versions/1.1.0/agent.json:12",
      "warning file_misplaced greeter/notes.txt:-",
    ]);
  });

  it("knows in a Git repository which directory a package comes from", async () => {
    const directory = await directoryOf(
      version("team/agents/greeter", { ...sound, agentId: "greeter", version: "1.0.0" }),
    );
    expect(await told(judgeStandard("agent", join(directory, "team/agents")))).toEqual([]);
    await mkdir(join(directory, ".git"));
    const [found] = await judgeStandard("agent", join(directory, "team/agents"));
    expect(found).toMatchObject({ code: "source_disagrees", file: "greeter/agent.json", fix: "team/agents/greeter" });
  });
});

describe("packages/shared/README.md", () => {
  it("tells every code that the standard has, and no others", async () => {
    const rules = join(import.meta.dirname, "../../document/src/standard");
    const sources = await Promise.all(
      (await readdir(rules))
        .filter((name) => !name.endsWith(".test.ts"))
        .map((name) => readFile(join(rules, name), "utf8")),
    );
    const codes = [...sources.join("\n").matchAll(/"([a-z]+(?:_[a-z]+)+)"/g)].map(([, code]) => code);
    const missing = ["agent_json_missing", "template_json_missing"];
    const table = (await readFile(join(shared, "README.md"), "utf8")).match(/^\| `.*$/gm)?.join("\n") ?? "";
    const told = [...table.matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)].map(([, code]) => code);
    expect(new Set(told)).toEqual(new Set([...codes, ...missing]));
  });
});

describe("a directory as a whole", () => {
  it("is told what publishing would say and what the standard says, each once, by file and place", async () => {
    const directory = await directoryOf({
      ...version("greeter", { ...sound, version: "1.0.0", agentId: "greater", capabilities: [], name: "" }),
      "greeter/versions/0.9.0/prompts/system.md": "Greet.",
      "template/README.md": "x",
    });
    const { findings, sources } = await judgeDirectory("agent", directory);
    expect(sources.map(({ id }) => id)).toContain("greeter");
    expect(await told(Promise.resolve([...findings]))).toEqual([
      "error directory_disagrees greeter/agent.json:2",
      "error too_small greeter/agent.json:3",
      "error capabilities_disagree greeter/agent.json:6",
      "error agent_json_missing greeter/versions/0.9.0/agent.json:-",
      "error agent_json_missing template/agent.json:-",
    ]);
  });

  it("may have a name of its own if it is named itself; everything else is held against the standard", async () => {
    const directory = await directoryOf({
      ...version("checkout", { ...sound, version: "1.0.0", agentId: "greeter", tags: ["one"] }),
      ...version("other", { ...sound, version: "1.0.0", agentId: "other", metadata: {} }),
    });
    const named = { directories: ["checkout"], anyName: true };
    const { findings } = await judgeDirectory("agent", directory, named);
    expect(await told(Promise.resolve([...findings]))).toEqual(["warning tags_count checkout/agent.json:12"]);
    const { findings: among } = await judgeDirectory("agent", directory, { ...named, anyName: false });
    expect(among.map(({ code }) => code)).toEqual(["directory_disagrees", "tags_count", "source_disagrees"]);
  });
});
