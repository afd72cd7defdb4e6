import { once } from "node:events";
import { mkdir, rename, symlink, truncate } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { readAgents } from "../src/agents.ts";
import type { Source } from "../src/source.ts";
import { directoryOf, version, writeFiles } from "./directory.ts";

const found = (sources: readonly Source<unknown>[]) =>
  sources.flatMap(({ findings }) => findings.map(({ file, code }) => `${file} ${code}`));

describe("readAgents", () => {
  it("reads only the directories that are asked for, under any name if that is allowed", async () => {
    const root = await directoryOf({ ...version("greeter"), ...version("waiter"), "stray/notes.md": "Not an agent." });
    await rename(join(root, "waiter"), join(root, "checkout"));
    const read = (anyName: boolean) => readAgents(root, { directories: ["checkout"], anyName });
    expect(found(await read(false))).toEqual(["checkout/agent.json directory_disagrees"]);
    expect(await read(true)).toMatchObject([{ id: "checkout", manifest: { agentId: "waiter" }, findings: [] }]);
  });

  it("reads agents with the files beside them, each agent's oldest version first", async () => {
    const root = await directoryOf({
      ...version("greeter", { version: "1.10.0" }),
      "greeter/mcp.json": '{"mcpServers":{"crm":{"command":"crm"}}}',
      ...version("greeter/versions/1.9.0", { version: "1.9.0" }),
      ...version("greeter/versions/1.9.0-rc.1", { version: "1.9.0-rc.1" }),
      ...version("waiter"),
      "README.md": "Not an agent.",
      ".git/HEAD": "Not an agent either.",
      "greeter/versions/.keep": "",
    });
    const sources = await readAgents(root);
    expect(found(sources)).toEqual([]);
    expect(sources.map(({ id, version, file }) => [id, version, file])).toEqual([
      ["greeter", "1.9.0-rc.1", "greeter/versions/1.9.0-rc.1/agent.json"],
      ["greeter", "1.9.0", "greeter/versions/1.9.0/agent.json"],
      ["greeter", "1.10.0", "greeter/agent.json"],
      ["waiter", "1.0.0", "waiter/agent.json"],
    ]);
    expect(sources[2]?.manifest).toMatchObject({
      manifest: { mcpServers: { crm: { command: "crm" } } },
      files: [{ path: "prompts/system.md" }],
    });
  });

  it("tells line and column of what is wrong in an agent.json, text and content", async () => {
    const root = await directoryOf({
      ...version("typo"),
      "typo/agent.json": '{\n  "agentId": nope\n}',
      ...version("wrong", { tags: ["Not A Tag"] }),
      ...version("other", { agentId: "another" }),
      ...version("dated", { version: "2.0.0" }),
      ...version("dated/versions/1.0.0", { version: "1.0.1" }),
      "binary/agent.json": Uint8Array.of(0x7b, 0xff, 0x7d),
    });
    const findings = (await readAgents(root)).flatMap((source) => source.findings);
    expect(findings.map(({ file, line, column, code }) => [file, line, column, code])).toEqual([
      ["binary/agent.json", undefined, undefined, "not_utf8"],
      ["dated/versions/1.0.0/agent.json", 4, 14, "directory_disagrees"],
      ["other/agent.json", 2, 14, "directory_disagrees"],
      ["typo/agent.json", 2, 14, "json_invalid"],
      ["typo/agent.json", 3, 1, "json_invalid"],
      ["wrong/agent.json", 13, 5, "invalid_format"],
    ]);
  });

  it("names the file beside agent.json that is wrong", async () => {
    const root = await directoryOf({
      ...version("badly-tooled"),
      "badly-tooled/mcp.json": '{\n  "mcpServers": }',
      ...version("unreadably-tooled"),
      "unreadably-tooled/mcp.json": Uint8Array.of(0xff),
      ...version("untooled"),
      "untooled/mcp.json": "{}",
      ...version("oddly-named"),
      "oddly-named/prompts/a\\b.md": "x",
    });
    expect(found(await readAgents(root))).toEqual([
      "badly-tooled/mcp.json json_invalid",
      expect.stringMatching(/^oddly-named\/prompts\/a\\b\.md /),
      "unreadably-tooled/mcp.json not_utf8",
      "untooled/mcp.json mcp_servers_missing",
    ]);
  });

  it("overlooks no directory: without agent.json, below `versions` or in their place", async () => {
    const root = await directoryOf({
      "empty/prompts/system.md": "x",
      ...version("greeter", { version: "2.0.0" }),
      ...version("greeter/versions/junk", { version: "1.0.0" }),
      "greeter/versions/1.0.0.json": "{}",
      "flat/versions": "",
      ...version("nested", { version: "2.0.0" }),
      ...version("nested/versions/1.0.0"),
      "nested/versions/1.0.0/versions/0.9.0/agent.json": "{}",
    });
    const sources = await readAgents(root);
    expect(found(sources).sort()).toEqual([
      "empty/agent.json agent_json_missing",
      "flat/agent.json agent_json_missing",
      "flat/versions not_a_version",
      "greeter/versions/1.0.0.json not_a_version",
      "greeter/versions/junk/agent.json directory_disagrees",
      "nested/versions/1.0.0/versions versions_nested",
    ]);
  });

  it("reads a version that lies twice, if both are the same", async () => {
    const root = await directoryOf({
      ...version("same"),
      ...version("same/versions/1.0.0"),
      ...version("differing"),
      ...version("differing/versions/1.0.0", { description: "Other." }),
    });
    const sources = await readAgents(root);
    expect(found(sources)).toEqual(["differing/agent.json version_twice"]);
    expect(sources.filter(({ id, manifest }) => id === "same" && manifest)).toHaveLength(2);
  });

  it("follows links to files below the directory, and no others", async () => {
    const outside = await directoryOf({ "secret.md": "secret", "prompts/system.md": "x" });
    const root = await directoryOf({ ...version("greeter"), ...version("linked"), "shared/agent.json": "{" });
    await symlink(join(root, "greeter/prompts/system.md"), join(root, "greeter/prompts/again.md"));
    await symlink(join(outside, "secret.md"), join(root, "linked/secret.md"));
    await symlink("../../nowhere", join(root, "linked/prompts/gone.md"));
    await symlink(join(root, "greeter"), join(root, "linked/loop"));
    await symlink(outside, join(root, "away"));
    await symlink(outside, join(root, "shared/versions"));
    await mkdir(join(root, "linked/versions"));
    await symlink(outside, join(root, "linked/versions/0.9.0"));
    const sources = await readAgents(root);
    expect(found(sources).sort()).toEqual([
      "away link_outside",
      "linked/loop link_to_directory",
      "linked/prompts/gone.md link_broken",
      "linked/secret.md link_outside",
      "linked/versions/0.9.0 link_outside",
      "shared/agent.json json_invalid",
      "shared/versions link_outside",
    ]);
    const greeter = sources.find(({ id }) => id === "greeter");
    expect(greeter?.manifest?.files?.map(({ path }) => path)).toEqual(["prompts/again.md", "prompts/system.md"]);
    expect(JSON.stringify(sources)).not.toContain('"secret"');
  });

  it("does not read what is too large, too many, or no file", async () => {
    const many = Object.fromEntries(Array.from({ length: 210 }, (_, index) => [`many/assets/${index}.txt`, "x"]));
    const root = await directoryOf({ ...version("large"), ...version("many"), ...many, ...version("piped") });
    await writeFiles(root, { "huge/agent.json": "" });
    await truncate(join(root, "large/prompts/system.md"), 256 * 1024 + 1);
    await truncate(join(root, "huge/agent.json"), 2 ** 33);
    const socket = createServer().listen(join(root, "piped/socket"));
    onTestFinished(() => void socket.close());
    await once(socket, "listening");
    expect(found(await readAgents(root))).toEqual([
      "huge/agent.json file_too_large",
      "large/prompts/system.md file_too_large",
      "many too_many_files",
      "piped/socket not_a_file",
    ]);
  });

  it("refuses a directory that is not there", async () => {
    const root = await directoryOf({});
    await expect(readAgents(join(root, "missing"))).rejects.toThrow(/ENOENT.*missing/);
  });
});
