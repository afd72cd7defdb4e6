import type { AgentVersionDocument } from "@nofx/contract-registry";
import { describe, expect, it } from "vitest";
import { differences as judgedDifferences } from "./index.ts";

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const base: AgentVersionDocument = {
  agentId: "code-review",
  name: "Code review",
  version: "1.0.0",
  capabilities: [
    { id: "a", label: "A" },
    { id: "b", label: "B" },
  ],
  tags: ["x", "y"],
  metadata: { owner: "alice", "release notes": "none", deep: { list: [1, { k: null }] } },
  manifest: { entryPrompt: "p.md", model: "m" },
  files: [{ path: "p.md", size: 1, digest: digest("0") }],
};
/** Where and what, without the judgement, which classify.test.ts is about. */
const differences = (before: AgentVersionDocument, after: AgentVersionDocument) =>
  judgedDifferences(before, after).map(({ severity: _severity, reason: _reason, ...place }) => place);
const changed = (change: Partial<AgentVersionDocument>) => differences(base, { ...base, ...change });

describe("a difference", () => {
  it.each<[string, Partial<AgentVersionDocument>, unknown]>([
    ["a changed value", { name: "N" }, [{ path: "$.name", before: "Code review", after: "N" }]],
    ["a new key", { description: "D" }, [{ path: "$.description", after: "D" }]],
    [
      "a key that is no plain name",
      { metadata: { ...base.metadata, "release notes": "x" } },
      [{ path: '$.metadata["release notes"]', before: "none", after: "x" }],
    ],
    [
      "a place in a list",
      { metadata: { ...base.metadata, deep: { list: [1, { k: 0 }] } } },
      [{ path: "$.metadata.deep.list[1].k", before: null, after: 0 }],
    ],
    [
      "a list in place of an object",
      { metadata: { ...base.metadata, deep: [1] } },
      [{ path: "$.metadata.deep", before: { list: [1, { k: null }] }, after: [1] }],
    ],
    ["a list with a member twice, by position", { tags: ["x", "y", "y"] }, [{ path: "$.tags[2]", after: "y" }]],
    ["a shorter list", { tags: ["x"] }, [{ path: "$.tags[?@=='y']", before: "y" }]],
  ])("tells %s with its place, before and after", (_what, change, expected) => {
    expect(changed(change)).toEqual(expected);
  });

  it("tells a member that is gone, without `after`", () => {
    const { manifest, ...rest } = base;
    expect(differences(base, { ...rest, manifest: { entryPrompt: "p.md" } })).toStrictEqual([
      { path: "$.manifest.model", before: "m" },
    ]);
    expect(manifest.model).toBe("m");
  });

  it("addresses capabilities by id, so that one more in front is one difference", () => {
    const added = { id: "new", label: "N" };
    expect(changed({ capabilities: [added, ...(base.capabilities ?? [])] })).toEqual([
      { path: "$.capabilities[?@.id=='new']", after: added },
    ]);
  });

  it("addresses files by path", () => {
    expect(changed({ files: [{ path: "p.md", size: 1, digest: digest("1") }] })).toEqual([
      { path: "$.files[?@.path=='p.md'].digest", before: digest("0"), after: digest("1") },
    ]);
  });

  it("tells a list that is gone or new as it stands in the document", () => {
    const { capabilities, ...without } = base;
    expect(differences(base, without)).toEqual([{ path: "$.capabilities", before: capabilities }]);
    expect(differences(without, base)).toEqual([{ path: "$.capabilities", after: capabilities }]);
  });

  it("tells another order of capabilities, as the digest differs too", () => {
    expect(changed({ capabilities: base.capabilities?.toReversed() })).toEqual([
      { path: "$.capabilities[*].id", before: ["a", "b"], after: ["b", "a"] },
    ]);
  });
});
