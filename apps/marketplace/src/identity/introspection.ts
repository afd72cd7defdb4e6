import { createClient } from "@nofx/client";
import { registryContract } from "@nofx/contract-registry";
import type { Authenticator } from "@nofx/service-kit";
import { introspectingAuthenticator, type TrackDeps } from "@nofx/track-kit";

/** Where the agent registry is, and who asks it. */
export interface RegistryAccess {
  readonly baseUrl: string;
  /** Of a service. */
  readonly token: string;
  readonly timeoutMs: number;
  readonly fetch?: typeof fetch | undefined;
}

/** Asks the agent registry, which issues the tokens, whose a token is. */
export const introspecting = (
  { baseUrl, token, timeoutMs, fetch }: RegistryAccess,
  log: TrackDeps<unknown>["log"],
): Authenticator => {
  const registry = createClient(registryContract, { baseUrl, token, timeoutMs, ...(fetch && { fetch }) });
  return introspectingAuthenticator((given) => registry.introspectToken({ body: { token: given } }), log);
};
