import { contractSuite } from "@nofx/contract-suite";
import { expect, it } from "vitest";
import { registryContract } from "./index.ts";

/** Writes whose answer holds a secret that may not be stored: their descriptions say so. */
const answeringSecrets = ["createToken", "exchangeToken"] as const;
/** Questions that are too long for an address. */
const asksByPost = ["validateAgent", "resolveAgents", "getAgentCandidates"];

contractSuite(registryContract, {
  withoutIdempotencyKey: new Set([
    ...answeringSecrets,
    ...asksByPost,
    "getAgentRecords",
    "introspectToken",
    "testWebhook",
  ]),
  // What changes nothing, and what brings the proof of identity in its body.
  openWrites: new Set([...asksByPost, "exchangeToken"]),
  addresses: { Catalogues: /^\/(?:v0\.1\/servers|\.well-known|agents)(?:\/(?:[a-z.-]+|\{\w+\}))*$/ },
});

it.each(answeringSecrets)("%s says why it takes no Idempotency-Key", (id) => {
  expect(registryContract.operations[id].description).toContain("takes no Idempotency-Key");
});
