import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { marketplace } from "./marketplace.ts";
import { withPrompt } from "./prompts.ts";

describe("listMarketplaceChanges", () => {
  it("200: what was done to prompts, to their own tenant only, with the ids that the writes answered", async () => {
    const world = await marketplace();
    const { alice, client, id } = await withPrompt(world);
    const update = await client.updateBuilderTemplate({ id, body: { description: "x" } });
    const changeId = update.headers.get("nofx-change");
    const seen: { id: string; type: string }[] = [];
    let after: string | undefined;
    while (!seen.some((change) => change.id === changeId)) {
      const page = await unwrap(client.listMarketplaceChanges({ wait: 5, ...(after && { after }) }));
      seen.push(...page.changes);
      after = page.next;
    }
    expect(seen.map(({ type }) => type)).toEqual(["template.version_published", "template.version_published"]);
    const stranger = world.as(await world.person("viewer"));
    expect((await unwrap(stranger.listMarketplaceChanges())).changes).toEqual([]);
    expect((await unwrap(world.as(alice).listMarketplaceChanges({ from: "now" }))).changes).toEqual([]);
  });

  it("400 cursor_invalid; 410 changes_gone: a cursor of another epoch", async () => {
    const { anonymous } = await marketplace();
    expect(await anonymous.listMarketplaceChanges({ after: "x" })).toBeProblem(400, "cursor_invalid");
    expect(await anonymous.listMarketplaceChanges({ after: "other:1" })).toBeProblem(410, "changes_gone");
  });
});
