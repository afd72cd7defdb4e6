import { type Client, createClient, unwrap } from "@nofx/client";
import { registryContract } from "@nofx/contract-registry";
import type { EmbeddedServer } from "@nofx/db-kit/embedded";
import { readEnv, registryTrack, startRegistry } from "@nofx/registry";
import { urlFor } from "./cluster.ts";

const operatorToken = "operator-".repeat(5);

/** A registry on a server, and its people. */
export const openRegistry = async (server: EmbeddedServer) => {
  const env = { BOOTSTRAP_TOKEN: operatorToken, PORT: "0", LOG_LEVEL: "fatal", WRITES_PER_MINUTE_MAX: "0" };
  const running = await startRegistry(readEnv({ ...env, DATABASE_URL: urlFor(server, registryTrack.role) }));
  const as = (token: string): Client<typeof registryContract> =>
    createClient(registryContract, { baseUrl: running.url, token, retries: 0 });
  const operator = as(operatorToken);
  return {
    operator,
    as,
    /** Makes a tenant and gives the token of a publisher of it. */
    welcome: async (): Promise<string> => {
      await unwrap(operator.createTenant({ body: { id: "acme", name: "Acme" } }));
      const body = { name: "publisher", role: "publisher", tenant: "acme" } as const;
      return (await unwrap(operator.createToken({ body }))).secret;
    },
    stop: running.stop,
  };
};
