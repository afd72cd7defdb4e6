import { ResourceId, TenantId } from "@nofx/contract-kit";
import { z } from "zod";

/** A JSON Schema, or a part of one. */
export type JsonSchema = { [keyword: string]: unknown };

type Refinement = (schema: JsonSchema) => void;

/** A part of a schema, by its keys. */
const part = (schema: JsonSchema, ...path: readonly (string | number)[]): JsonSchema =>
  path.reduce<JsonSchema>((at, key) => at[key] as JsonSchema, schema);

/** The expression of a name, to stand inside another one. */
const expressionOf = (name: "TenantId" | "ResourceId", schema: z.ZodType): string => {
  const { pattern } = part(z.toJSONSchema(schema), "$defs", name);
  return String(pattern).replace(/^\^|\$$/g, "");
};

/** One operand beside the variable or path that it is about. */
const exactlyOneOperator: Refinement = (schema) => Object.assign(schema, { minProperties: 2, maxProperties: 2 });

const atMost20Environments: Refinement = (schema) => {
  part(schema, "properties", "environments").maxProperties = 20;
};

/** An active one needs no reason, and only what is deprecated has a date and a successor. */
const standsRightly: Refinement = (schema) => {
  schema.dependentSchemas = {
    statusReason: { properties: { status: { not: { enum: ["active", "draft"] } } } },
    deprecatedAt: { properties: { status: { const: "deprecated" } } },
  };
  schema.dependentRequired = { successor: ["deprecatedAt"] };
};

const imageOrFile: Refinement = (schema) => {
  const variants = schema.oneOf as JsonSchema[];
  const image = variants.find((variant) => part(variant, "properties", "type").const === "input_image");
  if (image) image.anyOf = [{ required: ["image_url"] }, { required: ["file_id"] }];
};

const nameNotBlank: Refinement = (schema) => {
  part(schema, "properties", "name").pattern = "\\S";
};

const valuesOrErrors: Refinement = (schema) => {
  nameNotBlank(schema);
  part(schema, "properties", "expect").oneOf = [{ required: ["valid"] }, { required: ["errors"] }];
  schema.if = { required: ["expect"], properties: { expect: { required: ["errors"] } } };
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  schema.then = { properties: { plan: false, snapshot: false } };
};

const namesOfResources: Refinement = (schema) => {
  const pattern = `^(?:${expressionOf("TenantId", TenantId)}/)?${expressionOf("ResourceId", ResourceId)}$`;
  for (const kind of ["agents", "templates"])
    part(schema, "properties", kind).propertyNames = { type: "string", pattern };
};

/**
 * By the name of a schema, what its Zod rules say in code and JSON Schema has keywords for. Tests hold both against each
 * other.
 */
export const refinements: Readonly<Record<string, Refinement>> = {
  Comparison: exactlyOneOperator,
  PlanAssertion: exactlyOneOperator,
  WorkflowContent: atMost20Environments,
  PromptContent: atMost20Environments,
  PromptInput: imageOrFile,
  TemplateTest: valuesOrErrors,
  BundledVersion: standsRightly,
  BundledTemplate: standsRightly,
  CategoryFileEntry: nameNotBlank,
  BundledLock: namesOfResources,
};
