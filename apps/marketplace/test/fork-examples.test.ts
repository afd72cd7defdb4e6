import { unwrap } from "@nofx/client";
import { marketplaceContract } from "@nofx/contract-marketplace";
import { beforeEach, describe, expect, it } from "vitest";
import { type MarketplaceClient, marketplace, type TestMarketplace } from "./marketplace.ts";
import type { TemplateBody } from "./templates.ts";

const { publishTemplate, diffTemplateVersions, forkTemplate, listForks } = marketplaceContract.operations;
const published = publishTemplate.example.arguments?.body as TemplateBody;

/** The version before the one that the reference publishes. */
const earlier = (): TemplateBody => {
  const path = "versions/1.0.0.json";
  const steps = [{ id: "collect", agentId: "change-collector", inputs: { since: "{{ since }}" } }];
  const content = { ...(published.content as object), versionFile: path };
  const dependencies = { agents: { "change-collector": "^1.0.0" } };
  return {
    ...published,
    version: "1.0.0",
    content: { ...content, dependencies },
    files: [{ path, content: JSON.stringify({ steps }) }],
  } as TemplateBody;
};

/** An example's answer without what is made anew each time. */
const lasting = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, member) =>
      ["id", "ownerId", "publishedBy", "nextCursor"].includes(key) || key.endsWith("At")
        ? undefined
        : (member as unknown),
    ),
  );

describe("the examples of the reference are true", () => {
  let world: TestMarketplace;
  let alice: MarketplaceClient;
  beforeEach(async () => {
    world = await marketplace();
    alice = world.as(await world.person("publisher", "acme"));
  });

  it("of a comparison", async () => {
    for (const body of [earlier(), published]) await unwrap(alice.publishTemplate({ body }));
    const { example } = diffTemplateVersions;
    const given = example.arguments as Parameters<MarketplaceClient["diffTemplateVersions"]>[0];
    expect(await unwrap(alice.diffTemplateVersions(given))).toEqual(example.answer);
  });

  it("of a fork, and of the list of forks", async () => {
    await unwrap(alice.publishTemplate({ body: published, visibility: "public" }));
    const bob = world.as(await world.person("publisher", "globex"));
    const order = forkTemplate.example.arguments as Parameters<MarketplaceClient["forkTemplate"]>[0];
    const answer = await bob.forkTemplate(order);
    expect(answer.ok && lasting(answer.body)).toEqual(lasting(forkTemplate.example.also?.[201]));
    const query = listForks.example.arguments as Parameters<MarketplaceClient["listForks"]>[0];
    expect(lasting(await unwrap(alice.listForks(query)))).toEqual(lasting(listForks.example.answer));
  });
});
