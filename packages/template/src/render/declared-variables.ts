import { TemplateVariable } from "@nofx/contract-marketplace";
import { asObject } from "@nofx/document";
import { referencesIn, stepOf } from "../reference.ts";
import type { Declared } from "../variables/declared.ts";

/** A variable that cannot be read takes no value: the schema it breaks was not there when its version was published. */
const readable = (variable: unknown): TemplateVariable => {
  const parsed = TemplateVariable.safeParse(variable);
  return parsed.success ? parsed.data : { type: "enum" };
};

/** The variables of a template. One that declares none takes a text for each name that it uses. */
export const declaredVariables = (content: Readonly<Record<string, unknown>>, used: unknown): Declared => {
  if (content.variables !== undefined) {
    const entries = Object.entries(asObject(content.variables));
    return Object.fromEntries(entries.map(([name, variable]) => [name, readable(variable)]));
  }
  const names = referencesIn(used)
    .map(({ name }) => name)
    .filter((name) => stepOf(name) === undefined);
  return Object.fromEntries(names.map((name) => [name, { type: "string", required: true }]));
};
