import type { Authenticator } from "@nofx/service-kit";
import { introspectingAuthenticator, type TrackDeps } from "@nofx/track-kit";
import { type RegistryAccess, registryClient } from "./registry-client.ts";

/** Asks the agent registry, which issues the tokens, whose a token is. */
export const introspecting = (access: RegistryAccess, log: TrackDeps<unknown>["log"]): Authenticator => {
  const registry = registryClient(access);
  return introspectingAuthenticator((given) => registry.introspectToken({ body: { token: given } }), log);
};
