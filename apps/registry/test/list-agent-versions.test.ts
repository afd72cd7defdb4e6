import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { registry } from "./registry.ts";

describe("listAgentVersions", () => {
  it("pages through every version by falling precedence", async () => {
    const { as, given } = await registry();
    const alice = as(await given.publisher());
    const versions = ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-beta", "1.0.0", "1.2.0", "1.10.0"];
    for (const version of [...versions].reverse())
      await unwrap(alice.publishAgent({ body: given.manifest({ version }) }));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await unwrap(alice.listAgentVersions({ agentId: "greeter", limit: 4, ...(cursor && { cursor }) }));
      seen.push(...page.versions.map(({ version }) => version));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toEqual([...versions].reverse());
  });

  it("404 agent_not_found, 400 cursor_invalid", async () => {
    const { as, given } = await registry();
    const alice = as(await given.publisher());
    expect(await alice.listAgentVersions({ agentId: "nobody" })).toBeProblem(404, "agent_not_found");
    expect(await alice.listAgentVersions({ agentId: "nobody", cursor: "!" })).toBeProblem(400, "cursor_invalid");
  });
});
