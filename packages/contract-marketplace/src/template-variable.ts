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
  z.strictObject({ variable: VariableName }),
]);
export type ConditionOperand = z.infer<typeof Operand>;

const comparisons = {
  equals: Operand,
  notEquals: Operand,
  in: z.array(Operand).min(1).max(200),
  present: z.boolean(),
  lessThan: Operand,
  atMost: Operand,
  greaterThan: Operand,
  atLeast: Operand,
  matches: z.string().max(1000),
} as const;

/** One comparison of a variable's value. */
const Comparison = z
  .strictObject({ variable: VariableName, ...comparisons })
  .partial(
    Object.fromEntries(Object.keys(comparisons).map((key) => [key, true])) as Record<keyof typeof comparisons, true>,
  )
  .refine((comparison) => Object.keys(comparison).length === 2, { error: "Compare with exactly one of the operators" })
  .meta({ id: "Comparison" });
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
    z.strictObject({ all: z.array(member).max(50) }),
    z.strictObject({ any: z.array(member).max(50) }),
    z.strictObject({ not: member }),
  ]);

/** Three levels, not any number: who reads the contract by machine need not follow circles. */
export const Condition = conditionOn(
  conditionOn(conditionOn(Comparison).meta({ id: "ConditionDetail" })).meta({ id: "ConditionPart" }),
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
    required: z.boolean().optional(),
    default: z.unknown().optional(),
    description: z.string().max(2000).optional(),
    enum: z.array(z.unknown()).min(1).max(1000).optional().meta({ description: "The values of an `enum`" }),
    pattern: text(1000).optional().meta({
      description:
        "Regular expression that some part of the text must fit, in the syntax of RE2: no look-arounds, no back references",
    }),
    format: text(50).optional().meta({ description: "Format of JSON Schema, such as `date` or `uri`" }),
    minLength: count.optional(),
    maxLength: count.optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    exclusiveMinimum: z.number().optional(),
    exclusiveMaximum: z.number().optional(),
    multipleOf: z.number().positive().optional(),
    items: z.record(z.string(), z.unknown()).optional().meta({ description: "JSON Schema of an array's members" }),
    minItems: count.optional(),
    maxItems: count.optional(),
    uniqueItems: z.boolean().optional(),
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
      .array(z.strictObject({ holds: Condition, message: text(500) }))
      .max(50)
      .optional()
      .meta({
        description: "What must hold when the variable has a value; the message says what to do if it does not",
      }),
  })
  .meta({ id: "TemplateVariable" });
export type TemplateVariable = z.infer<typeof TemplateVariable>;
