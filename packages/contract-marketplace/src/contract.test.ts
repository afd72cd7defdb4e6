import { contractSuite } from "@nofx/contract-suite";
import { marketplaceContract } from "./index.ts";

contractSuite(marketplaceContract, {
  // One asks, too long for an address; the other may cost money, and what it answers is not kept.
  withoutIdempotencyKey: new Set(["compileBuilderTemplate", "runBuilderTemplate"]),
  addresses: { Builder: /^\/builder\/templates(?:\/(?:[a-z-]+|\{\w+\}))*$/ },
});
