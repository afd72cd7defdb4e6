import { AgentManifest } from "@nofx/contract-registry";
import { closestWord } from "@nofx/document";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { validateManifest } from "./index.ts";

const good = {
  agentId: "code-review",
  name: "Code review",
  version: "1.0.0",
  manifest: { entryPrompt: "prompts/system.md" },
};
const findingsOf = (overrides: object) => {
  const { errors, warnings } = validateManifest({ ...good, ...overrides });
  return [...errors, ...warnings];
};
const fixAt = (path: string, overrides: object) => findingsOf(overrides).find((found) => found.path === path)?.fix;
const definition = (overrides: object) => ({ manifest: { ...good.manifest, ...overrides } });
const file = { path: "a.md", content: "a" };

describe("a suggested fix", () => {
  it.each<[string, object, string | undefined]>([
    ["$.version", { version: undefined }, "1.0.0"],
    ["$.name", { name: undefined }, undefined],
    ["$.tags[0]", { tags: ["Machine Learning!"] }, "machine-learning"],
    ["$.tags[0]", { tags: ["!!!"] }, undefined],
    ["$.capabilities[0].id", { capabilities: [{ id: "Review Code", label: "R" }] }, "review-code"],
    ["$.manifest.capabilities[0]", definition({ capabilities: ["Review Code"] }), "review-code"],
    ["$.files[0].encoding", { files: [{ ...file, encoding: "utf8" }] }, "utf-8"],
    ["$.files[0].encoding", { files: [{ ...file, encoding: "Base-64" }] }, "base64"],
    ["$.files[0].encoding", { files: [{ ...file, encoding: "rot13" }] }, undefined],
    ["$.files[0].path", { files: [{ ...file, path: "./prompts\\a.md" }] }, "prompts/a.md"],
    ["$.files[0].path", { files: [{ ...file, path: "/a.md" }] }, "a.md"],
    ["$.files[0].path", { files: [{ ...file, path: "../a.md" }] }, undefined],
    ["$.manifest.entryPrompt", definition({ entryPrompt: "prompts//system.md" }), "prompts/system.md"],
    [
      "$.manifest.endpoints[0].url",
      definition({ endpoints: [{ url: "api.example.com/rpc" }] }),
      "https://api.example.com/rpc",
    ],
    ["$.manifest.endpoints[0].url", definition({ endpoints: [{ url: "no url" }] }), undefined],
    ["$.manifest.endpoints[0].url", definition({ endpoints: [{ url: "ht!tp://x" }] }), undefined],
    ["$.desciption", { desciption: "D" }, "description"],
    ["$.Tags", { Tags: [] }, "tags"],
    ["$.licence", { licence: "MIT" }, undefined],
    ["$.names", { names: [] }, undefined],
    ["$.manifest.entry_point", definition({ entry_point: "x" }), undefined],
    ["$.manifest.entry_prompt", { manifest: { entry_prompt: "a.md" } }, "entryPrompt"],
    ["$.manifest.mcpservers", definition({ mcpservers: {} }), "mcpServers"],
  ])("at %s in %j is %j", (path, overrides, fix) => {
    expect(findingsOf(overrides).map((found) => found.path)).toContain(path);
    expect(fixAt(path, overrides)).toBe(fix);
  });

  it("for a misspelt key is asked in words, too", () => {
    const [found] = findingsOf(definition({ permisions: [] }));
    expect(found?.message).toBe('Not a defined part of a manifest; kept as it is; did you mean "permissions"?');
  });

  it("is always accepted, wherever it is followed", () => {
    const text = fc.string({ unit: "binary", maxLength: 60 });
    fc.assert(
      fc.property(text, text, text, (tag, path, url) => {
        const files = [{ path, content: "a" }];
        const input = { ...good, tags: [tag], files, ...definition({ endpoints: [{ url }] }) };
        for (const { path: place, fix } of validateManifest(input).errors) {
          if (fix === undefined) continue;
          const mended = {
            ...input,
            ...(place === "$.tags[0]" && { tags: [fix] }),
            ...(place === "$.files[0].path" && { files: [{ path: fix, content: "a" }] }),
            ...(place.endsWith(".url") && definition({ endpoints: [{ url: fix }] })),
          };
          const left = AgentManifest.safeParse(mended).error?.issues.map((issue) => issue.path.join("."));
          expect(left ?? []).not.toContain(place.replace(/^\$\.|\]/g, "").replaceAll("[", "."));
        }
      }),
    );
  });

  it("takes no long time to look for, however long the word", () => {
    expect(closestWord("x".repeat(1_000_000), ["tags"])).toBeUndefined();
  });
});
