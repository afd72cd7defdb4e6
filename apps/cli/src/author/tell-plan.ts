import { fields } from "../output/fields.ts";
import type { Style } from "../output/style.ts";
import type { RenderOutput } from "./render.command.ts";

type Plan = RenderOutput["plan"];

const indented = (text: string, by: number): string => text.replace(/^(?=.)/gm, " ".repeat(by));

const valueText = (value: unknown): string =>
  typeof value === "string" && !value.includes("\n") ? value : JSON.stringify(value, null, 2);

const membersText = (members: Readonly<Record<string, unknown>>, style: Style): string =>
  Object.entries(members)
    .map(([name, value]) => `${style.cyan(name)}: ${valueText(value)}`)
    .join("\n");

const stepText = (
  { id, name, agent, dependsOn, inputs }: Plan["steps"][number],
  index: number,
  style: Style,
): string => {
  const waits = dependsOn.length > 0 ? style.dim(` after ${dependsOn.join(", ")}`) : "";
  const head = `${index + 1}. ${style.bold(id)}${name === undefined ? "" : ` ${name}`}${waits}`;
  const who = `${agent.tenant}/${agent.agentId} ${agent.version}`;
  return [head, indented([style.dim(who), membersText(inputs, style)].filter(Boolean).join("\n"), 3)].join("\n");
};

/** A plan for people: what it is of, what it is given, and its steps in an order in which they can be run. */
export const tellPlan = ({ plan, planDigest, warnings }: RenderOutput, style: Style): string => {
  const { tenant, templateId, version } = plan.template;
  const head = fields(
    [
      ["template", style.bold(`${tenant}/${templateId} ${version}`)],
      ["environment", plan.environment],
      ["goal", plan.goal],
      ["digest", planDigest],
    ],
    style,
  );
  const parts = [
    ...warnings.map(({ path, message }) => `${style.yellow("warning:")} ${path}: ${message}`),
    head,
    ...(Object.keys(plan.variables).length > 0
      ? [`\nVariables\n${indented(membersText(plan.variables, style), 3)}`]
      : []),
    ...plan.steps.map((step, index) => `\n${stepText(step, index, style)}`),
    ...(plan.request ? [`\nRequest\n${indented(JSON.stringify(plan.request, null, 2), 3)}`] : []),
  ];
  return parts.join("\n");
};
