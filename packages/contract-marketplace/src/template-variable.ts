import { z } from "zod";

/** Name of a variable, as `{{ name }}` has it. `steps.` begins the outputs of steps. */
export const VariableName = z
  .string()
  .max(100)
  .regex(/^(?!steps\.)[A-Za-z0-9_.-]+$/, "Use letters, digits, `_`, `.` and `-`; `steps.` begins the outputs of steps");

/** A value to compare with, or the variable that has it. */
const Operand = z.union([
  z.string().max(10_000),
  z.number(),
  z.boolean(),
  z.null(),
  z.strictObject({ variable: VariableName.meta({ description: "The variable whose value it is" }) }),
]);
export type ConditionOperand = z.infer<typeof Operand>;

const comparisons = {
  equals: Operand.meta({ description: "Is this value" }),
  notEquals: Operand.meta({ description: "Is another value than this" }),
  in: z.array(Operand).min(1).max(200).meta({ description: "Is one of these" }),
  present: z.boolean().meta({ description: "Whether it has a value" }),
  lessThan: Operand.meta({ description: "Comes before this" }),
  atMost: Operand.meta({ description: "Comes before this, or is this" }),
  greaterThan: Operand.meta({ description: "Comes after this" }),
  atLeast: Operand.meta({ description: "Comes after this, or is this" }),
  matches: z.string().max(1000).meta({ description: "Regular expression (RE2) that the text fits" }),
} as const;

/** One comparison of a variable's value. */
const Comparison = z
  .strictObject({ variable: VariableName.meta({ description: "The variable that is compared" }), ...comparisons })
  .partial(
    Object.fromEntries(Object.keys(comparisons).map((key) => [key, true])) as Record<keyof typeof comparisons, true>,
  )
  .refine((comparison) => Object.keys(comparison).length === 2, { error: "Compare with exactly one of the operators" })
  .meta({ id: "Comparison", description: "One comparison of a variable's value, with exactly one operator" });
export type Comparison = z.infer<typeof Comparison>;

/** A condition on variables' values: data, not code. */
export type Condition =
  | Comparison
  | { readonly all: Condition[] }
  | { readonly any: Condition[] }
  | { readonly not: Condition };

/** `all`, `any` or `not` of conditions, or a comparison. */
const conditionOn = <Member extends z.ZodType>(member: Member) =>
  z.union([
    Comparison,
    z.strictObject({ all: z.array(member).max(50).meta({ description: "Each of them holds" }) }),
    z.strictObject({ any: z.array(member).max(50).meta({ description: "One of them holds" }) }),
    z.strictObject({ not: member }),
  ]);

/** Three levels, not any number: who reads the contract by machine need not follow circles. */
export const Condition = conditionOn(
  conditionOn(
    conditionOn(Comparison).meta({ id: "ConditionDetail", description: "A condition inside others, two levels down" }),
  ).meta({ id: "ConditionPart", description: "A condition inside another one" }),
).meta({
  id: "Condition",
  description:
    'On variables\' values: `{"variable": "mode", "equals": "edit"}`, or `all`, `any`, `not` of such, up to three levels deep. Operands are values or `{"variable": "other"}`. Numbers and texts have an order, the texts that of their code points. A variable without a value fits `present: false`, `notEquals` and nothing else',
});

const count = z.int().min(0);
const text = (max: number) => z.string().min(1).max(max);

/** A variable that callers give a value. */
export const TemplateVariable = z
  .looseObject({
    type: z
      .enum(["string", "number", "integer", "boolean", "enum", "array", "object", "secret", "json"])
      .optional()
      .meta({
        description: "Default: `string`. `secret`: a reference such as `secret://mail/password`, never the value",
      }),
    required: z.boolean().optional().meta({ description: "Whether a caller must give it a value; default: no" }),
    default: z
      .unknown()
      .optional()
      .meta({ description: "Its value, unless a caller or the environment gives another" }),
    description: z.string().max(2000).optional().meta({ description: "What it is for, for those who fill it in" }),
    enum: z.array(z.unknown()).min(1).max(1000).optional().meta({ description: "The values of an `enum`" }),
    pattern: text(1000).optional().meta({
      description:
        "Regular expression that some part of the text must fit, in the syntax of RE2: no look-arounds, no back references",
    }),
    format: text(50).optional().meta({ description: "Format of JSON Schema, such as `date` or `uri`" }),
    minLength: count.optional().meta({ description: "Least characters of a text" }),
    maxLength: count.optional().meta({ description: "Most characters of a text" }),
    minimum: z.number().optional().meta({ description: "Least number" }),
    maximum: z.number().optional().meta({ description: "Greatest number" }),
    exclusiveMinimum: z.number().optional().meta({ description: "The number is greater" }),
    exclusiveMaximum: z.number().optional().meta({ description: "The number is less" }),
    multipleOf: z.number().positive().optional().meta({ description: "The number is a multiple of this" }),
    items: z.record(z.string(), z.unknown()).optional().meta({ description: "JSON Schema of an array's members" }),
    minItems: count.optional().meta({ description: "Least members of an array" }),
    maxItems: count.optional().meta({ description: "Most members of an array" }),
    uniqueItems: z.boolean().optional().meta({ description: "Whether an array has no member twice" }),
    properties: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({ description: "JSON Schemas of an object's members" }),
    schema: z
      .union([z.boolean(), z.record(z.string(), z.unknown())])
      .optional()
      .meta({
        description: "JSON Schema 2020-12 of the value; `$ref` leads to `#/$defs/…` only, and not in circles",
      }),
    when: Condition.optional().meta({ description: "The variable is there only if this holds" }),
    rules: z
      .array(
        z.strictObject({
          holds: Condition,
          message: text(500).meta({ description: "What to do if it does not hold" }),
        }),
      )
      .max(50)
      .optional()
      .meta({
        description: "What must hold when the variable has a value; the message says what to do if it does not",
      }),
  })
  .meta({ id: "TemplateVariable", description: "A variable that callers give a value" });
export type TemplateVariable = z.infer<typeof TemplateVariable>;
