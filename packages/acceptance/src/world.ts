import { randomBytes } from "node:crypto";
import { type CallLimits, type Client, createClient, unwrap } from "@nofx/client";
import type { Contract, Role } from "@nofx/contract-kit";
import { marketplaceContract } from "@nofx/contract-marketplace";
import { registryContract } from "@nofx/contract-registry";
import { searchContract } from "@nofx/contract-search";
import type { Target } from "./target.ts";

/** What somebody reaches with a token, or without one. */
export interface Clients {
  readonly registry: Client<typeof registryContract>;
  readonly marketplace: Client<typeof marketplaceContract>;
  readonly search: Client<typeof searchContract>;
}

/** Somebody of a tenant that the suite has made. */
export interface Person extends Clients {
  readonly tenant: string;
  readonly token: string;
  readonly tokenId: string;
}

type TokenOrder = Parameters<Clients["registry"]["createToken"]>[0]["body"];

/** What a check works with: an installation, and people of tenants of its own. */
export interface World {
  readonly target: Target;
  readonly anonymous: Clients;
  readonly operator: Clients;
  /** Somebody with a role, in a tenant of their own unless one is named. */
  person(role: Role, tenant?: string): Promise<Person>;
  /** Somebody with any token. */
  bearer(order: Partial<TokenOrder>, tenant?: string): Promise<Person>;
  /** Takes back what everybody could see: disables what is public, revokes tokens. */
  leave(): Promise<void>;
}

/** Letters alone, so that it is one word to whoever searches for it, and no other run has it. */
export const newWord = (): string =>
  `q${Array.from(randomBytes(11), (byte) => String.fromCharCode(97 + (byte % 26))).join("")}`;

const once: CallLimits = { retries: 0, validate: true };

/** Clients of an origin. Each call is made once, and each answer held against the contract, unless told otherwise. */
export const clientsOf = (baseUrl: string, token?: string, limits: CallLimits = once): Clients => {
  const of = <C extends Contract>(contract: C) =>
    createClient(contract, { baseUrl, ...limits, ...(token && { token }) });
  return { registry: of(registryContract), marketplace: of(marketplaceContract), search: of(searchContract) };
};

const reason = "An acceptance test is over";

const disablePublic = async ({ registry, marketplace }: Person): Promise<void> => {
  const isLeft = { status: "disabled", reason } as const;
  const own = { visibility: "public", limit: 100 } as const;
  const { tenant } = await unwrap(registry.getWhoami());
  if (!tenant) return;
  for (const { agentId } of (await unwrap(registry.listAgents({ ...own, tenant }))).agents)
    await unwrap(registry.setAgentStatus({ agentId, body: isLeft }));
  for (const { templateId } of (await unwrap(marketplace.listTemplates({ ...own, tenant }))).templates)
    await unwrap(marketplace.setTemplateStatus({ templateId, body: isLeft }));
};

/** Opens an installation for a run of checks. */
export const openWorld = (target: Target): World => {
  const operator = clientsOf(target.origin, target.operatorToken);
  const run = randomBytes(4).toString("hex");
  const tenants = new Set<string>();
  const people: Person[] = [];
  const bearer: World["bearer"] = async (order, tenant = `acceptance-${run}-${tenants.size}`) => {
    if (!tenants.has(tenant)) {
      tenants.add(tenant);
      await unwrap(operator.registry.createTenant({ body: { id: tenant, name: "Acceptance" } }));
    }
    const body = { name: "acceptance", expiresInDays: 1, tenant, ...order };
    const { token, secret } = await unwrap(operator.registry.createToken({ body }));
    const person = { tenant, token: secret, tokenId: token.id, ...clientsOf(target.origin, secret) };
    people.push(person);
    return person;
  };
  return {
    target,
    anonymous: clientsOf(target.origin),
    operator,
    bearer,
    person: (role, tenant) => bearer({ role }, tenant),
    leave: async () => {
      for (const tenant of tenants) await disablePublic(await bearer({ role: "admin" }, tenant));
      for (const { tokenId, tenant } of people.splice(0))
        await unwrap(operator.registry.revokeToken({ tokenId, tenant }));
    },
  };
};
