import { Digest, Timestamp } from "@nofx/contract-kit";
import { z } from "zod";
import { EnvironmentName } from "./template-environment.ts";
import { VariableName } from "./template-variable.ts";

const operators = {
  exists: z.boolean(),
  count: z.int().min(0),
  equals: z.unknown(),
  includes: z.unknown(),
  matches: z.string().min(1).max(1000),
} as const;

/** What a part of the plan must be. */
export const PlanAssertion = z
  .strictObject({
    path: z.string().min(1).max(300).meta({
      description:
        "JSONPath (RFC 9535) into the plan, such as `$.steps[?@.id=='write'].inputs.document`; one `..` at most, one selector in each bracket, no `match()` or `search()`",
    }),
    exists: operators.exists.optional().meta({ description: "Whether anything is there" }),
    count: operators.count.optional().meta({ description: "How many there are" }),
    equals: operators.equals.optional().meta({ description: "There is something, and all of it equals this" }),
    includes: operators.includes
      .optional()
      .meta({ description: "One of them equals this, or is a text or list that has it" }),
    matches: operators.matches
      .optional()
      .meta({ description: "There is something, and all of it are texts that fit this expression (RE2)" }),
  })
  .refine((assertion) => Object.keys(assertion).length === 2, {
    error: "Say exactly one of exists, count, equals, includes, matches",
  })
  .meta({ id: "PlanAssertion", description: "What a part of the plan must be, by exactly one operator" });
export type PlanAssertion = z.infer<typeof PlanAssertion>;

/** A test that travels with a template: given these variables, this is expected. */
export const TemplateTest = z
  .looseObject({
    name: z.string().trim().min(1).max(200).meta({ description: "What is guaranteed" }),
    description: z.string().max(2000).optional().meta({ description: "Why" }),
    environment: EnvironmentName.optional().meta({ description: "Default: each of the template's environments" }),
    variables: z.record(VariableName, z.unknown()).default({}).meta({ description: "What the template is given" }),
    expect: z
      .strictObject({
        valid: z.literal(true).optional().meta({ description: "There is a plan" }),
        errors: z
          .array(
            z.strictObject({
              path: z.string().max(1000).meta({ description: "JSONPath of what is refused" }),
              code: z.string().max(100).meta({ description: "Why, as a code" }),
            }),
          )
          .min(1)
          .max(200)
          .optional()
          .meta({ description: "What is refused: exactly these, in any order" }),
      })
      .refine(({ valid, errors }) => (valid === undefined) !== (errors === undefined), {
        error: "Expect either `valid: true` or `errors`",
      })
      .default({ valid: true })
      .meta({ description: "`errors`: exactly these, in any order" }),
    plan: z.array(PlanAssertion).max(100).optional().meta({ description: "What the plan must be" }),
    snapshot: Digest.optional().meta({
      description: "Digest of what the plan does, whatever the versions of its agents; a test report tells it",
    }),
  })
  .refine(
    ({ expect, plan, snapshot }) => expect.errors === undefined || (plan === undefined && snapshot === undefined),
    {
      error: "Where errors are expected, there is no plan",
      path: ["plan"],
    },
  )
  .meta({
    id: "TemplateTest",
    description: "A test that travels with a template: given these variables, this is expected",
  });
export type TemplateTest = z.infer<typeof TemplateTest>;

/** One test in one environment with one choice of agents. */
export const TestCase = z
  .object({
    name: z.string(),
    kind: z
      .enum(["declared", "generated"])
      .meta({ description: "`generated`: from what the variables are declared to take" }),
    environment: EnvironmentName.optional(),
    resolution: z
      .string()
      .optional()
      .meta({ description: "Which versions of the agents: `highest` or `lowest` that fit" }),
    passed: z.boolean(),
    failures: z.array(
      z.object({
        path: z.string(),
        message: z.string(),
        at: z.string().optional().meta({ description: "What failed, as a JSONPath into the manifest" }),
      }),
    ),
    snapshot: Digest.optional().meta({ description: "Of the plan, if there is one" }),
  })
  .meta({ id: "TemplateTestCase" });
export type TestCase = z.infer<typeof TestCase>;

/** What became of a template's tests. */
export const TestReport = z
  .object({
    passed: z.int().min(0),
    failed: z.int().min(0),
    cases: z.array(TestCase).meta({ description: "All that failed; of those that passed the first 1000" }),
  })
  .meta({ id: "TemplateTestReport" });
export type TestReport = z.infer<typeof TestReport>;

/** How the last tests of a version went. */
export const TestBadge = z
  .object({ passed: z.int().min(0), failed: z.int().min(0), testedAt: Timestamp })
  .meta({ id: "TemplateTestBadge" });
export type TestBadge = z.infer<typeof TestBadge>;

/** A report that is kept with a version. */
export const StoredTestReport = z
  .object({ report: TestReport, testedAt: Timestamp, testedBy: z.string() })
  .meta({ id: "StoredTemplateTestReport" });
export type StoredTestReport = z.infer<typeof StoredTestReport>;
