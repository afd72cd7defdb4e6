import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { agentDocument, indexedForAll, serviceOf, templateDocument } from "./indexed.ts";
import type { World } from "./world.ts";

describe("suggestSearch", () => {
  const world = indexedForAll([
    agentDocument({ id: "code-review", name: "Code Review" }),
    agentDocument({ id: "code-writer", name: "Code Writer", tenant: "globex", visibility: "private" }),
    templateDocument({ id: "code-freeze", name: "Code Freeze" }),
    agentDocument({ id: "mailer", name: "Mailer" }),
  ]);
  const suggested = async (input: Parameters<World["anonymous"]["suggestSearch"]>[0], client?: World["anonymous"]) =>
    (await unwrap((client ?? world().anonymous).suggestSearch(input))).suggestions.map(({ id }) => id);

  it("200: names what begins like that, and where it is", async () => {
    const { suggestions } = await unwrap(world().anonymous.suggestSearch({ q: "code-rev" }));
    expect(suggestions[0]).toEqual({
      text: "Code Review",
      type: "agent",
      tenant: "acme",
      id: "code-review",
      url: "/api/agents/code-review?tenant=acme",
    });
  });

  it("200: only of the types asked for, no more than asked for, and only what the caller may see", async () => {
    expect((await suggested({ q: "code" })).sort()).toEqual(["code-freeze", "code-review"]);
    expect(await suggested({ q: "code", type: "template" })).toEqual(["code-freeze"]);
    expect(await suggested({ q: "code", limit: 1 })).toHaveLength(1);
    const { search } = await world().person("viewer", "globex");
    expect((await suggested({ q: "code" }, search)).sort()).toEqual(["code-freeze", "code-review", "code-writer"]);
    expect(await suggested({ q: "code w" }, serviceOf(world()))).toContain("code-writer");
  });

  it("200: nothing is suggested for nothing", async () => {
    for (const q of ["", " ", "\0", '-"']) expect(await suggested({ q })).toEqual([]);
  });

  it("400 request_invalid and 401 unauthenticated", async () => {
    expect(await world().anonymous.suggestSearch({ q: "a", limit: 21 })).toBeProblem(400, "request_invalid");
    expect(await world().client("nofx_unknown").suggestSearch({ q: "a" })).toBeProblem(401, "unauthenticated");
  });
});
