import { type Client, unwrap } from "@nofx/client";
import { registryContract } from "@nofx/contract-registry";
import { clientOf } from "./client.ts";

/** The tenant that a developer's machine works in. */
export const localTenant = "local";

type Operator = Client<typeof registryContract>;
type TokenOrder = Parameters<Operator["createToken"]>[0]["body"];

/** The tokens that this machine works with. */
export interface LocalTokens {
  /** Of the local tenant's administrator. */
  readonly adminToken: string;
  /** Of the services that ask the registry whose a token is. */
  readonly serviceToken: string;
}

const ensureToken = async (operator: Operator, kept: string | undefined, order: TokenOrder): Promise<string> => {
  if (kept !== undefined) {
    const known = await unwrap(operator.introspectToken({ body: { token: kept } }));
    if (known.active && known.tenant === localTenant) return kept;
  }
  const body = { ...order, tenant: localTenant, expiresInDays: 365 };
  return (await unwrap(operator.createToken({ body }))).secret;
};

/** Makes sure that the local tenant is there and that its tokens are good; gives them. */
export const ensureTokens = async (
  registryUrl: string,
  bootstrapToken: string,
  kept: Partial<LocalTokens>,
): Promise<LocalTokens> => {
  const operator: Operator = clientOf(registryContract, registryUrl, bootstrapToken);
  const created = await operator.createTenant({ body: { id: localTenant, name: "This machine" } });
  if (!created.ok && created.problem.code !== "tenant_exists") await unwrap(created);
  return {
    adminToken: await ensureToken(operator, kept.adminToken, { name: "npm start", role: "admin" }),
    serviceToken: await ensureToken(operator, kept.serviceToken, { name: "services", role: "viewer", kind: "service" }),
  };
};
