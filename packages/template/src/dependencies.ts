import { parseResourceName } from "@nofx/contract-kit";
import { asArray, asObject } from "@nofx/document";
import { agentsOf } from "./validate-steps.ts";

/** An agent or another template that a template builds on. */
export interface TemplateDependency {
  readonly kind: "agent" | "template";
  /** Undefined: the tenant of the template that names it. */
  readonly tenant: string | undefined;
  readonly id: string;
  /** As npm writes ranges. */
  readonly range: string;
}

const named = (kind: TemplateDependency["kind"], ranges: Iterable<readonly [string, unknown]>): TemplateDependency[] =>
  [...ranges].flatMap(([name, range]) => {
    const found = parseResourceName(name);
    return found && typeof range === "string" ? [{ kind, ...found, range }] : [];
  });

/**
 * What a template with its steps inline (`withInlineSteps`) depends on: what it declares, and the agents of its steps, any
 * version of them where it declares no range. Names that nothing can have are passed over.
 */
export const templateDependencies = ({
  content,
}: {
  readonly content: Readonly<Record<string, unknown>>;
}): TemplateDependency[] => {
  const { agents, templates } = asObject(content.dependencies);
  const declared = asObject(agents);
  const used = [...agentsOf(asArray(content.steps))].filter((name) => !Object.hasOwn(declared, name));
  return [
    ...named("agent", Object.entries(declared)),
    ...named(
      "agent",
      used.map((name) => [name, "*"] as const),
    ),
    ...named("template", Object.entries(asObject(templates))),
  ];
};
