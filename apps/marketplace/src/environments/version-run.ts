import { type EnvironmentState, type KeptEnvironment, TemplateEnvironments } from "@nofx/contract-marketplace";
import type { TenantTransaction } from "@nofx/db-kit";
import type { DB } from "../db/schema.gen.ts";
import { problem } from "../problem.ts";
import type { TemplateAddress } from "../templates/address.ts";
import { type FoundVersion, findVersion } from "../templates/version.store.ts";
import type { EnvironmentsStanding } from "./change-environments.ts";
import { environmentStates, type StoredEnvironment } from "./environment.rules.ts";

/** What a version declares; environments that cannot be read are none. */
export const declaredIn = ({ document }: Pick<FoundVersion, "document">): TemplateEnvironments =>
  TemplateEnvironments.safeParse(document.content.environments ?? {}).data ?? {};

/** The version that runs where an environment is kept. @throws version_not_found */
export const versionRun = async (
  trx: TenantTransaction<DB>,
  address: TemplateAddress,
  { template }: EnvironmentsStanding,
  { version = template.summary.currentVersion }: KeptEnvironment,
): Promise<FoundVersion> => {
  const found = await findVersion(trx, address, version);
  if (found?.version !== version) throw problem("version_not_found");
  return found;
};

/** The state of an environment within a write that has just changed what is kept. */
export const stateAfter = (
  { template, deployments }: EnvironmentsStanding,
  run: Pick<FoundVersion, "document" | "version">,
  stored: readonly StoredEnvironment[],
  name: string,
): EnvironmentState => {
  const { currentVersion } = template.summary;
  const declared = new Map([[run.version, declaredIn(run)]]);
  const states = environmentStates({ currentVersion, declared, stored, deployments });
  return states.find((one) => one.name === name) as EnvironmentState;
};

/** What is stored, with one of it in the place of what was there under its name. */
export const withStored = (
  stored: readonly StoredEnvironment[],
  saved: StoredEnvironment,
): readonly StoredEnvironment[] => [...stored.filter(({ name }) => name !== saved.name), saved];
