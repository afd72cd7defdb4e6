import { type Client, createClient, unwrap } from "@nofx/client";
import { registryContract } from "@nofx/contract-registry";

/** The tenant that a developer's machine works in. */
export const localTenant = "local";

/** Makes sure that the local tenant is there and that its administrator's token is good; gives the token. */
export const ensureAdmin = async (
  registryUrl: string,
  bootstrapToken: string,
  adminToken: string | undefined,
): Promise<string> => {
  const operator: Client<typeof registryContract> = createClient(registryContract, {
    baseUrl: registryUrl,
    token: bootstrapToken,
  });
  const created = await operator.createTenant({ body: { id: localTenant, name: "This machine" } });
  if (!created.ok && created.problem.code !== "tenant_exists") await unwrap(created);
  if (adminToken !== undefined) {
    const known = await unwrap(operator.introspectToken({ body: { token: adminToken } }));
    if (known.active && known.tenant === localTenant) return adminToken;
  }
  const order = { name: "npm start", role: "admin", tenant: localTenant, expiresInDays: 365 } as const;
  return (await unwrap(operator.createToken({ body: order }))).secret;
};
