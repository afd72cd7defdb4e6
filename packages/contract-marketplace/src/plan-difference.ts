import { z } from "zod";

/** What can be another between two plans. */
const PlanChangeKind = z.enum([
  "kind_changed",
  "goal_changed",
  "step_added",
  "step_removed",
  "step_replaced",
  "step_renamed",
  "step_named",
  "step_setting_changed",
  "input_changed",
  "dependency_added",
  "dependency_removed",
  "request_changed",
  "variable_added",
  "variable_removed",
  "variable_required",
  "variable_optional",
  "variable_changed",
  "agent_range_changed",
  "template_range_changed",
  "setting_changed",
]);

/** One change of a plan. All of them, made to the earlier plan, give the later one. */
export const PlanChange = z
  .object({
    kind: PlanChangeKind.meta({
      description:
        "`step_replaced`: another agent does it; `step_renamed`: the same work under another id, references included; `step_named`: its name for people",
    }),
    step: z
      .string()
      .optional()
      .meta({ description: "The step's id in the later plan; of a removed one, in the earlier" }),
    name: z
      .string()
      .optional()
      .meta({ description: "Of the input, variable, setting, part of the request, agent or template" }),
    before: z.unknown().optional().meta({ description: "Absent: it is new" }),
    after: z.unknown().optional().meta({ description: "Absent: it is gone" }),
    affectsExecution: z.boolean().meta({ description: "false: words only, or an order that held anyway" }),
    sentence: z.string().meta({ description: "The change in one sentence for people" }),
  })
  .meta({ id: "PlanChange" });
export type PlanChange = z.infer<typeof PlanChange>;

/** Two steps whose order is another. */
export const StepPair = z
  .object({ first: z.string(), second: z.string(), sentence: z.string() })
  .meta({ id: "StepPair" });
export type StepPair = z.infer<typeof StepPair>;

/** What differs between two plans: the steps of workflows, or the requests of prompts. */
export const PlanDifference = z
  .object({
    equivalent: z.boolean().meta({ description: "The same is carried out: nothing but words and form is another" }),
    changes: z.array(PlanChange),
    order: z
      .object({
        changed: z.boolean(),
        parallel: z
          .array(StepPair)
          .meta({ description: "Steps that may now run at the same time; the first 200 pairs" }),
        sequential: z
          .array(StepPair)
          .meta({ description: "Steps of which the second now waits for the first; the first 200 pairs" }),
        untold: z.int().min(0).meta({ description: "How many more pairs there are" }),
      })
      .meta({ description: "What steps of both plans wait for, directly and through others" }),
    agents: z
      .object({ added: z.array(z.string()), removed: z.array(z.string()) })
      .meta({ description: "Agents that steps use now, and that none uses any more" }),
  })
  .meta({ id: "PlanDifference" });
export type PlanDifference = z.infer<typeof PlanDifference>;
