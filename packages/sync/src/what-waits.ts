import type { TemplateManifest } from "@nofx/contract-marketplace";
import { asObject } from "@nofx/document";
import { inlinedPublication, templateDependencies, toTemplatePublication } from "@nofx/template";
import type { SyncItem } from "./types.ts";

/** What one plan of a run is to publish, of each id the oldest version first. */
export interface Standing {
  readonly kind: "agent" | "template";
  readonly tenant: string | undefined;
  readonly items: readonly SyncItem[];
}

/** It cannot be published as it is. */
export const isObstacle = ({ action }: Pick<SyncItem, "action">): boolean =>
  action === "broken" || action === "conflict" || action === "refused";

const isComing = ({ action }: SyncItem): boolean => action === "create" || action === "update";

/** Refusals that may end when what a template builds on is published. */
const curable = new Set(["dependencies_unsatisfiable", "tests_failed"]);

const isCurable = ({ action, problem }: SyncItem): boolean => action === "refused" && curable.has(problem?.code ?? "");

interface Named {
  readonly kind: string;
  /** Undefined: the tenant that publishes. */
  readonly tenant: string | undefined;
  readonly id: string;
}

/** What is missing, as the marketplace tells it: what a template asks for, or what that asks for in turn. */
const missingOf = ({ problem }: SyncItem): readonly Named[] => {
  const { kind, tenant, id } = asObject(asObject(problem?.conflict).resource);
  return typeof kind === "string" && typeof tenant === "string" && typeof id === "string" ? [{ kind, tenant, id }] : [];
};

/** What has to be there first. */
const needsOf = (item: SyncItem): readonly Named[] => {
  const manifest = item.manifest as TemplateManifest | undefined;
  const named = manifest === undefined ? [] : templateDependencies(inlinedPublication(toTemplatePublication(manifest)));
  return [...named, ...missingOf(item)];
};

/** A template's version that may have to wait, and for which of its tenant's agents and templates. */
interface Candidate {
  readonly item: SyncItem;
  readonly own: string;
  readonly needs: readonly string[];
}

const candidatesOf = ({ kind, tenant, items }: Standing): Candidate[] =>
  kind === "agent"
    ? []
    : items
        .filter((item) => isComing(item) || isCurable(item))
        .map((item) => {
          const own = `template:${item.id}`;
          const needs = needsOf(item)
            .filter((named) => named.tenant === undefined || tenant === undefined || named.tenant === tenant)
            .map(({ kind: needed, id }) => `${needed}:${id}`);
          return { item, own, needs: needs.filter((name) => name !== own) };
        });

/**
 * What is better published after others of the same run, or only then, each with the first that it waits for, such as
 * `agent:code-review`: templates that build on what is coming, and versions above one that waits. What is refused for other
 * reasons waits for nothing. The marketplace names one obstacle at a time: whether there are more is seen when it is gone.
 */
export const whatWaits = (standing: readonly Standing[]): ReadonlyMap<SyncItem, string> => {
  const waits = new Map<SyncItem, string>();
  const coming = new Set(
    standing.flatMap(({ kind, items }) => items.filter(isComing).map(({ id }) => `${kind}:${id}`)),
  );
  const candidates = standing.flatMap(candidatesOf);
  // Each round may find some that wait for those of the round before.
  for (let found = true; found; ) {
    found = false;
    for (const [index, { item, own, needs }] of candidates.entries()) {
      if (waits.has(item)) continue;
      const isAbove = candidates.slice(0, index).some((earlier) => earlier.own === own && waits.has(earlier.item));
      const waitsFor = needs.find((name) => coming.has(name)) ?? (isAbove ? own : undefined);
      if (waitsFor === undefined) continue;
      waits.set(item, waitsFor);
      coming.add(own);
      found = true;
    }
  }
  return waits;
};
