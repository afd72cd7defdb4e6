import { AgentManifest } from "@nofx/contract-registry";
import { describe, expect, it } from "vitest";
import { manifest } from "../src/builders.ts";

describe("the manifest builder", () => {
  it("gives a manifest that the contract accepts", () => {
    expect(AgentManifest.safeParse(manifest()).error).toBeUndefined();
  });

  it("puts what the test is about in its place, and stays acceptable", () => {
    const built = manifest({ agentId: "other", version: "2.0.0-beta.1", tags: [] });
    expect(AgentManifest.parse(built)).toMatchObject({
      agentId: "other",
      version: "2.0.0-beta.1",
      tags: [],
      name: "Greeter",
    });
  });

  it("gives a new manifest each time: tests may change theirs", () => {
    const changed = manifest();
    changed.tags?.push("mine");
    changed.files?.pop();
    expect(manifest()).not.toEqual(changed);
    expect(AgentManifest.parse(manifest()).files).toHaveLength(1);
  });
});
