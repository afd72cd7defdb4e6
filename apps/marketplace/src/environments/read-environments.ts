import type { EnvironmentState } from "@nofx/contract-marketplace";
import type { RequestContext } from "@nofx/service-kit";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { visibleTemplate } from "../templates/get-template.ts";
import { environmentStates, revisionOfNone, type Surroundings, versionsConcerned } from "./environment.rules.ts";
import { findDeclared, listDeployments, listKept } from "./environment.store.ts";

const surroundingsOf = async (
  deps: Deps,
  ctx: RequestContext,
  address: TemplateAddress,
  asked: string | undefined,
): Promise<Surroundings> => {
  const [template, stored, deployments] = await Promise.all([
    visibleTemplate(deps, ctx, address),
    listKept(deps.db, ctx, address),
    listDeployments(deps.db, ctx, address),
  ]);
  const { currentVersion } = template.summary;
  const versions = versionsConcerned({ currentVersion, asked, stored });
  const declared = await findDeclared(deps.db, ctx, address, versions);
  if (asked !== undefined && !declared.has(asked)) throw problem("version_not_found");
  return { currentVersion, asked, declared, stored, deployments };
};

/** The environments of a template that the caller may see, with what the caller's tenant keeps of them. */
export const listEnvironments = async (
  deps: Deps,
  ctx: RequestContext,
  address: TemplateAddress,
  version: string | undefined,
): Promise<EnvironmentState[]> => environmentStates(await surroundingsOf(deps, ctx, address, version));

/** One of them, with the revision of what is kept. @throws environment_not_found */
export const getEnvironment = async (
  deps: Deps,
  ctx: RequestContext,
  address: TemplateAddress,
  name: string,
  version: string | undefined,
): Promise<{ environment: EnvironmentState; revision: string }> => {
  const around = await surroundingsOf(deps, ctx, address, version);
  const environment = environmentStates(around).find((one) => one.name === name);
  if (!environment) throw problem("environment_not_found");
  const own = around.stored.find((one) => one.name === name);
  return { environment, revision: own?.revision ?? revisionOfNone };
};
