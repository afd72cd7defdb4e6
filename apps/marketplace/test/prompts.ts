import { unwrap } from "@nofx/client";
import type { Role } from "@nofx/contract-kit";
import type { MarketplaceClient, TestMarketplace } from "./marketplace.ts";

type NewTemplate = Parameters<MarketplaceClient["createBuilderTemplate"]>[0]["body"];

/** The body of a new prompt, with what the test is about in its place. */
export const newPrompt = (overrides: Partial<NewTemplate> = {}): NewTemplate => ({
  name: "Coach",
  instructions: "Help with {{ goal }}.",
  input: [{ id: "open", type: "input_text", text: "Open: {{ tasks }}" }],
  ...overrides,
});

/** Somebody, and a prompt of theirs. */
export const withPrompt = async (
  { as, person }: TestMarketplace,
  overrides: Partial<NewTemplate> = {},
  role: Role = "publisher",
) => {
  const alice = await person(role);
  const client = as(alice);
  const { id } = await unwrap(client.createBuilderTemplate({ body: newPrompt(overrides) }));
  return { alice, client, id };
};

/** The id of a prompt that nobody has. */
export const nobodys = "tmpl_00000000-0000-4000-8000-000000000000";
