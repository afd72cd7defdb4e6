import { contractSuite } from "@nofx/contract-suite";
import { marketplaceContract } from "./index.ts";

contractSuite(marketplaceContract, {
  // Two ask, too long for an address; the third may cost money, and what it answers is not kept.
  withoutIdempotencyKey: new Set(["validateTemplate", "compileBuilderTemplate", "runBuilderTemplate"]),
  openWrites: new Set(["validateTemplate"]),
  addresses: { Builder: /^\/builder\/templates(?:\/(?:[a-z-]+|\{\w+\}))*$/ },
});
