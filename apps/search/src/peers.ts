import type { SearchEnv } from "./env.ts";

/** How another service is reached. */
export interface Peer {
  readonly baseUrl: string;
  /** A service's token, good for both. */
  readonly token: string;
  readonly fetch?: typeof fetch;
  /** Its clients try once: those who ask say how often, and when they leave it alone. */
  readonly retries: 0;
}

/** The services that search has its documents from. */
export interface Peers {
  readonly registry: Peer;
  readonly marketplace: Peer;
}

/** How the other services are reached, where that is not over a socket. */
export interface Transports {
  readonly registry?: typeof fetch | undefined;
  readonly marketplace?: typeof fetch | undefined;
}

export const peersOf = (
  { REGISTRY_URL, MARKETPLACE_URL, SERVICE_TOKEN: token }: SearchEnv,
  { registry, marketplace }: Transports,
): Peers => ({
  registry: { baseUrl: REGISTRY_URL, token, retries: 0, ...(registry && { fetch: registry }) },
  marketplace: { baseUrl: MARKETPLACE_URL, token, retries: 0, ...(marketplace && { fetch: marketplace }) },
});
