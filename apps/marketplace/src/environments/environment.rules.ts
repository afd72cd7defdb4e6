import { canonicalForm } from "@nofx/canonical";
import type { FieldChange, Finding, ProblemItem } from "@nofx/contract-kit";
import type { EnvironmentState, KeptEnvironment, TemplateEnvironments } from "@nofx/contract-marketplace";
import { resolveEnvironment } from "@nofx/template";
import { differencesBy, fieldChanges } from "@nofx/versioning";

/** That the builder has switched a prompt on or off. */
export interface SwitchedPrompt {
  readonly environment: string;
  readonly channel: string;
  readonly enabled: boolean;
}

/** What a tenant keeps of an environment, and when it came to be so. */
export interface StoredEnvironment {
  readonly name: string;
  readonly kept: KeptEnvironment;
  /** Another one for each state, also of one that is removed and kept anew. */
  readonly revision: string;
  readonly updatedAt: string;
  readonly updatedBy: string;
}

/** What is kept, by name. */
export type Kept = Readonly<Record<string, KeptEnvironment>>;

/** How many environments a tenant may keep of a template: as many as a version may declare. */
export const keptMax = 20;

/** The revision of an environment of which nothing is kept. */
export const revisionOfNone = "none";

/** What everything is that there is to tell of a template's environments. */
export interface Surroundings {
  readonly currentVersion: string;
  /** Tell all of them as they are in this version; otherwise each in the one that runs there. */
  readonly asked?: string | undefined;
  /** By version. */
  readonly declared: ReadonlyMap<string, TemplateEnvironments>;
  readonly stored: readonly StoredEnvironment[];
  readonly deployments: readonly SwitchedPrompt[];
}

export const keptOf = (stored: readonly StoredEnvironment[]): Kept =>
  Object.fromEntries(stored.map(({ name, kept }) => [name, kept]));

/** The versions that have to be looked at to tell of a template's environments. */
export const versionsConcerned = ({
  currentVersion,
  asked,
  stored,
}: Pick<Surroundings, "currentVersion" | "asked" | "stored">): string[] =>
  asked === undefined
    ? [...new Set([currentVersion, ...stored.map(({ kept }) => kept.version ?? currentVersion)])]
    : [asked];

const resolvedIn = (declared: TemplateEnvironments, kept: Kept, name: string): Partial<EnvironmentState> => {
  const resolved = resolveEnvironment(declared, name, kept);
  if (!resolved.ok) return { problem: resolved.problem.message };
  const { name: _name, chain, ...parts } = resolved.environment;
  return { resolved: { chain: [...chain], ...parts } };
};

const describedBy = (declared: KeptEnvironment | undefined, kept: KeptEnvironment | undefined) => {
  const description = kept?.description ?? declared?.description;
  const base = kept?.extends ?? declared?.extends;
  return { ...(description !== undefined && { description }), ...(base !== undefined && { extends: base }) };
};

const stateOf = (name: string, { currentVersion, asked, declared, stored, deployments }: Surroundings) => {
  const own = stored.find((one) => one.name === name);
  const version = own?.kept.version ?? currentVersion;
  const inVersion = declared.get(asked ?? version) ?? {};
  const isDeclared = Object.hasOwn(inVersion, name);
  const origin = own ? (isDeclared ? "both" : "kept") : isDeclared ? "declared" : "deployed";
  const switched = deployments.filter(({ environment }) => environment === name);
  const state: EnvironmentState = {
    name,
    origin,
    version,
    ...describedBy(isDeclared ? inVersion[name] : undefined, own?.kept),
    ...(own && { kept: own.kept, updatedAt: own.updatedAt, updatedBy: own.updatedBy }),
    ...(origin !== "deployed" && resolvedIn(inVersion, keptOf(stored), name)),
    ...(switched.length > 0 && { deployments: switched.map(({ channel, enabled }) => ({ channel, enabled })) }),
  };
  return state;
};

/** All environments of a template as they are for one tenant, by name. */
export const environmentStates = (around: Surroundings): EnvironmentState[] => {
  const declared = around.declared.get(around.asked ?? around.currentVersion) ?? {};
  const names = new Set([
    ...Object.keys(declared),
    ...around.stored.map(({ name }) => name),
    ...around.deployments.map(({ environment }) => environment),
  ]);
  return [...names].sort().map((name) => stateOf(name, around));
};

/** Whether the same is kept, whatever order it comes in. */
export const isSameKept = (before: KeptEnvironment, after: KeptEnvironment): boolean =>
  canonicalForm(before) === canonicalForm(after);

const differences = differencesBy({ severities: [], identities: {}, schemas: {} });

/** What is kept otherwise than before. */
export const keptChanges = (before: KeptEnvironment, after: KeptEnvironment): FieldChange[] =>
  fieldChanges(differences(before, after));

/** A finding as problems tell it. */
export const asItem = ({ path, code, message, fix }: Finding): ProblemItem => ({
  path,
  code,
  message: fix === undefined ? message : `${message}; \`${fix}\` is meant, perhaps`,
});

/** The environments that are kept and extend one. */
export const keptExtending = (stored: readonly StoredEnvironment[], name: string): string[] =>
  stored.filter((one) => one.name !== name && one.kept.extends === name).map((one) => one.name);
