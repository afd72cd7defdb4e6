import { contractSuite } from "@nofx/contract-suite";
import { marketplaceContract } from "./index.ts";

contractSuite(marketplaceContract, {
  // Most ask, too long for an address; a run may cost money, and what it answers is not kept.
  withoutIdempotencyKey: new Set([
    "validateTemplate",
    "compileBuilderTemplate",
    "runBuilderTemplate",
    "resolveTemplate",
    "renderTemplate",
    "testTemplate",
    "getTemplateRecords",
    // A run's own name tells its reports apart.
    "recordExecution",
    "recordExecutions",
  ]),
  openWrites: new Set(["validateTemplate"]),
  addresses: { Builder: /^\/builder\/templates(?:\/(?:[a-z-]+|\{\w+\}))*$/ },
});
