/** What a user of the published packages writes first: publishes an agent, finds it, and reads of it in the feed. */
export const program = `import { createClient, followChanges, unwrap } from "@nofx/client";
import { registryContract } from "@nofx/contract-registry";
import { searchContract } from "@nofx/contract-search";
const access = { baseUrl: process.env.NOFX_ORIGIN!, token: process.env.NOFX_TOKEN, validate: true };
const registry = createClient(registryContract, access);
const body = { agentId: "greeter", name: "Greeter", version: "1.0.0", manifest: { entry: "main.ts" } };
const published = await registry.publishAgent({ body });
const { hits } = await unwrap(createClient(searchContract, access).unifiedSearch({ q: "greeter", min_change: published.headers.get("nofx-change")! }));
for await (const { type, resourceId } of followChanges(registry.listChanges, { signal: AbortSignal.timeout(20_000) })) {
  if (resourceId !== "greeter") continue;
  console.log(published.status, hits[0]?.id, type);
  break;
}
`;
