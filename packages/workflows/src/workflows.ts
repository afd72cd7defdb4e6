import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

/** The repository's root. */
export const root = join(import.meta.dirname, "../../..");

const texts = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

const Step = z.looseObject({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: texts.optional(),
  env: texts.optional(),
});
export type Step = z.infer<typeof Step>;

const Job = z.looseObject({
  permissions: z.record(z.string(), z.enum(["read", "write", "none"])),
  "timeout-minutes": z.int().max(60),
  steps: z.array(Step).min(1),
});

/** What every workflow here has: no rights of its own, one run at a time where that matters, jobs that end. */
export const Workflow = z.looseObject({
  on: z.union([z.array(z.string()), z.record(z.string(), z.unknown())]),
  permissions: z.strictObject({}),
  concurrency: z.looseObject({ group: z.string() }),
  jobs: z.record(z.string(), Job),
});

/** A composite action, or one that Node runs. */
export const Action = z.looseObject({
  name: z.string(),
  description: z.string(),
  runs: z.looseObject({
    using: z.enum(["composite", "node24"]),
    main: z.string().optional(),
    steps: z.array(Step).optional(),
  }),
});

/** A workflow or an action, as it is written and as it is meant. */
export interface Source {
  readonly file: string;
  readonly text: string;
  readonly document: unknown;
}

const read = (pattern: string): Source[] =>
  globSync(pattern, { cwd: root })
    .sort()
    .map((file) => {
      const text = readFileSync(join(root, file), "utf8");
      return { file, text, document: parse(text) as unknown };
    });

export const workflows: readonly Source[] = read(".github/workflows/*.yml");
export const actions: readonly Source[] = read(".github/actions/*/action.yml");

/** All steps of a workflow's jobs, or of a composite action. */
export const stepsOf = ({ document }: Source): Step[] => {
  const workflow = Workflow.safeParse(document);
  if (workflow.success) return Object.values(workflow.data.jobs).flatMap(({ steps }) => steps);
  return Action.parse(document).runs.steps ?? [];
};
