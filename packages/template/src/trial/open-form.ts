import { type Expression, expressionsIn, soleExpression, variableOf } from "../expressions/expression.ts";
import { mapTexts, stepOf } from "../reference.ts";

type IsDeclared = (variable: string) => boolean;

/** An expression whose variable has a value, whichever: then a `default` on the variable itself does nothing. */
const openExpression = ({ name, filters }: Expression, isDeclared: IsDeclared): object => {
  const path = variableOf(name, isDeclared);
  if (!path) return { filters };
  const first = path.members.length > 0 ? 0 : filters.findIndex((filter) => filter.name !== "default");
  return { ...path, filters: first < 0 ? [] : filters.slice(first) };
};

const spacedText = (text: string): string => {
  let spaced = "";
  let end = 0;
  for (const { name, filters, start, end: behind } of expressionsIn(text)) {
    spaced += text.slice(end, start);
    spaced += filters.length > 0 ? text.slice(start, behind) : `{{ ${name} }}`;
    end = behind;
  }
  return spaced + text.slice(end);
};

/** A value of a template with expressions spaced one way, so that spaces in them make no difference. */
export const spacedForm = (value: unknown): unknown => mapTexts(value, spacedText);

const openText = (text: string, isDeclared: IsDeclared): string => {
  const sole = soleExpression(text);
  if (sole && stepOf(sole.name) === undefined) return JSON.stringify(openExpression(sole, isDeclared));
  const parts: unknown[] = [];
  let end = 0;
  for (const expression of expressionsIn(text)) {
    // What a step will have given stays as it is.
    if (stepOf(expression.name) !== undefined) continue;
    parts.push(text.slice(end, expression.start), openExpression(expression, isDeclared));
    end = expression.end;
  }
  return JSON.stringify([...parts, text.slice(end)]);
};

/**
 * A value of a template as it is for variables that have values, whichever these are: two values with the same form become
 * the same part of a plan.
 */
export const openForm = (value: unknown, isDeclared: IsDeclared): unknown =>
  mapTexts(value, (text) => openText(text, isDeclared));
