import { type Client, createClient } from "@nofx/client";
import { registryContract } from "@nofx/contract-registry";

/** Where the agent registry is, and who asks it. */
export interface RegistryAccess {
  readonly baseUrl: string;
  /** Of a service. */
  readonly token: string;
  readonly timeoutMs: number;
  readonly fetch?: typeof fetch | undefined;
}

/** A client of the agent registry that tries once: its callers say how often, and when they leave it alone. */
export const registryClient = ({ fetch, ...access }: RegistryAccess): Client<typeof registryContract> =>
  createClient(registryContract, { ...access, ...(fetch && { fetch }), retries: 0 });
