import { type Client, type ClientOptions, createClient } from "@nofx/client";
import { marketplaceContract } from "@nofx/contract-marketplace";

/** A client of the template marketplace that tries once: its callers say how often, and when they leave it alone. */
export const marketplaceClient = (access: Omit<ClientOptions, "retries">): Client<typeof marketplaceContract> =>
  createClient(marketplaceContract, { ...access, retries: 0 });
