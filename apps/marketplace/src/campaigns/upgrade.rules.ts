import { jsonPath } from "@nofx/contract-kit";
import type { TemplateVersionDocument, UpgradePlan } from "@nofx/contract-marketplace";
import type { VersionToPlan } from "@nofx/template";
import { type Resource, readRange, resourceNamed, templateDependencies } from "@nofx/template";
import { isRecord, movedRange, parseRange } from "@nofx/versioning";

/** An agent, and the version of it that templates are to have. */
export interface UpgradeTarget {
  readonly tenant: string;
  readonly agentId: string;
  readonly to: string;
}

/** What is to be upgraded, in whichever template. */
export interface UpgradeOrder extends UpgradeTarget {
  /** Which versions of the agent are upgraded. */
  readonly concerns: (version: string) => boolean;
}

/** What a campaign upgrades. */
export interface CampaignTarget {
  readonly agent: { readonly tenant: string; readonly agentId: string };
  readonly from?: string | undefined;
  readonly to: string;
}

/** The order that a campaign gives for each of its templates. */
export const orderOf = ({ agent, from, to }: CampaignTarget): UpgradeOrder => {
  const range = from === undefined ? undefined : parseRange(from);
  return { ...agent, to, concerns: (version) => from === undefined || (range?.includes(version) ?? false) };
};

const recordOf = (value: unknown): Readonly<Record<string, unknown>> => (isRecord(value) ? value : {});

/** What becomes of a declared range or an environment's pin. */
export type RangeChange = UpgradePlan["ranges"][number];

type Content = TemplateVersionDocument["content"];

interface Found extends RangeChange {
  /** Where it stands in the content. */
  readonly keys: readonly string[];
}

/** The agent as a resource. */
export const agentOf = ({ tenant, agentId }: Pick<UpgradeTarget, "tenant" | "agentId">): Resource => ({
  kind: "agent",
  tenant,
  id: agentId,
});

export const isSameResource = (one: Resource, other: Resource): boolean =>
  one.kind === other.kind && one.tenant === other.tenant && one.id === other.id;

const admits = (range: string, version: string): boolean => readRange(range)?.includes(version) ?? false;

const rangeChange = (keys: readonly string[], before: string | undefined, after: string): Found => ({
  keys,
  path: jsonPath(["content", ...keys]),
  ...(before !== undefined && { before }),
  after,
});

/** The template's own ranges. An agent of a step without a range has none that could be moved: it gets one. */
const ownRanges = ({ tenant, document }: VersionToPlan, target: UpgradeTarget): Found[] => {
  const declared = recordOf(recordOf(document.content.dependencies).agents);
  return templateDependencies(document).flatMap((on) => {
    const { kind, id, range } = on;
    const resource = { kind, tenant: on.tenant ?? tenant, id };
    if (!isSameResource(resource, agentOf(target)) || admits(range, target.to)) return [];
    const name = on.tenant === undefined ? id : `${on.tenant}/${id}`;
    const before = Object.hasOwn(declared, name) ? range : undefined;
    return [rangeChange(["dependencies", "agents", name], before, movedRange(range, target.to))];
  });
};

const pinsOf = ({ tenant, document }: VersionToPlan, target: UpgradeTarget): Found[] =>
  Object.entries(recordOf(document.content.environments)).flatMap(([environment, settings]) =>
    Object.entries(recordOf(recordOf(settings).agents)).flatMap(([name, range]) => {
      const resource = resourceNamed("agent", name, tenant);
      if (!resource || !isSameResource(resource, agentOf(target))) return [];
      if (typeof range !== "string" || admits(range, target.to)) return [];
      return [rangeChange(["environments", environment, "agents", name], range, movedRange(range, target.to))];
    }),
  );

/** The same value with another one at a place; what is on the way there and missing is made. */
const withValue = (value: unknown, [key, ...rest]: readonly string[], set: unknown): unknown =>
  key === undefined ? set : { ...recordOf(value), [key]: withValue(recordOf(value)[key], rest, set) };

/** What has to change for a template to have the target: every range of it that keeps the agent elsewhere. */
export interface ChangedRanges {
  readonly content: Content;
  readonly ranges: readonly RangeChange[];
}

/** Moves every range of a version, its steps inline, that does not admit the target; `content` is what is published. */
export const changedRanges = (version: VersionToPlan, content: Content, target: UpgradeTarget): ChangedRanges => {
  const found = [...ownRanges(version, target), ...pinsOf(version, target)];
  const changed = found.reduce<unknown>((before, { keys, after }) => withValue(before, keys, after), content);
  return { content: changed as Content, ranges: found.map(({ keys: _keys, ...range }) => range) };
};

/** Whether what an environment, or the template outside of all, asks of the agent admits the target. */
export const admitsTarget = (
  requirements: readonly { readonly resource: Resource; readonly range: string }[],
  target: UpgradeTarget,
): boolean =>
  requirements.every(({ resource, range }) => !isSameResource(resource, agentOf(target)) || admits(range, target.to));
