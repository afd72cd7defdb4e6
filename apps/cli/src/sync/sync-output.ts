import { Difference, ProblemItem, TenantId, Timestamp } from "@nofx/contract-kit";
import { z } from "zod";
import { FileFinding } from "../output/file-finding.ts";

const lineActions = ["create", "update", "unchanged", "waits", "conflict", "refused", "broken", "prune"] as const;
const lineOutcomes = ["created", "identical", "disabled", "failed", "skipped"] as const;

/** One version in a directory, or one agent or template that no directory has. */
export const SyncLine = z.object({
  kind: z.enum(["agent", "template"]),
  id: z.string(),
  version: z.string().optional(),
  file: z.string().optional().meta({ description: "The manifest, relative to the working directory" }),
  action: z.enum(lineActions).meta({
    description:
      "What the plan says. `waits`: can be published after others of the same sync, see `waitsFor`; `prune`: published, and not in the directories",
  }),
  outcome: z.enum(lineOutcomes).optional().meta({ description: "What became of it; absent if nothing was tried" }),
  waitsFor: z.string().optional().meta({ description: "Such as `agent:code-review`" }),
  problem: z
    .looseObject({
      code: z.string(),
      title: z.string(),
      detail: z.string().optional(),
      errors: z.array(ProblemItem).optional(),
    })
    .optional()
    .meta({ description: "Why it cannot be, or was not, published" }),
  difference: z.array(Difference).optional().meta({ description: "Of a conflict: from what is published" }),
  findings: z.array(FileFinding),
});
export type SyncLine = z.infer<typeof SyncLine>;

const counts = <const Name extends string>(names: readonly Name[]) => z.record(z.enum(names), z.int().min(0));

/** What `nofx sync` prints; with `--watch` once for each round, of the later ones only what is new. */
export const SyncOutput = z.object({
  ok: z.boolean().meta({ description: "Whether everything is published, or with --plan could be" }),
  applied: z
    .boolean()
    .meta({ description: "Whether anything was tried; false with --plan, and where that was refused" }),
  at: Timestamp,
  tenant: TenantId.optional(),
  items: z.array(SyncLine),
  summary: z.object({ actions: counts(lineActions), outcomes: counts(lineOutcomes) }),
});
export type SyncOutput = z.infer<typeof SyncOutput>;

/** It cannot be published as it is. */
export const isObstacle = ({ action }: SyncLine): boolean =>
  action === "broken" || action === "conflict" || action === "refused";

/** It is not as it should be. */
export const isAmiss = (line: SyncLine): boolean =>
  isObstacle(line) || line.outcome === "failed" || line.outcome === "skipped";

const countsOf = <const Name extends string>(names: readonly Name[], told: readonly (Name | undefined)[]) =>
  Object.fromEntries(names.map((name) => [name, told.filter((each) => each === name).length])) as Record<Name, number>;

/** What lines come to. */
export const outputOf = (lines: readonly SyncLine[], applied: boolean, tenant: string | undefined): SyncOutput => ({
  ok: !lines.some(isAmiss),
  applied,
  at: new Date().toISOString(),
  ...(tenant !== undefined && { tenant }),
  items: [...lines],
  summary: {
    actions: countsOf(
      lineActions,
      lines.map(({ action }) => action),
    ),
    outcomes: countsOf(
      lineOutcomes,
      lines.map(({ outcome }) => outcome),
    ),
  },
});
