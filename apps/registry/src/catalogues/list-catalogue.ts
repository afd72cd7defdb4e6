import { type Catalogue, catalogueEntriesMax } from "@nofx/contract-registry";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { catalogueOf } from "./catalogue.rules.ts";
import { listPublicAgents } from "./catalogue.store.ts";

/** The public agents as a catalogue document, as many as one may hold. */
export const listCatalogue = async ({ env, db }: Deps, ctx: RequestContext): Promise<Catalogue> => {
  const agents = await listPublicAgents(db, ctx, catalogueEntriesMax);
  return catalogueOf(agents, env.PUBLIC_URL ?? `http://${env.HOST}:${env.PORT}`);
};
