import type { TemplateVariable } from "@nofx/contract-marketplace";
import { variablesIn } from "./condition.ts";

/** The variables of a template, by name. */
export type Declared = Readonly<Record<string, TemplateVariable>>;

/** Names of declared variables, each behind those that its `when` looks at; and those that wait for each other. */
export interface DeclarationOrder {
  readonly names: readonly string[];
  readonly circles: readonly string[];
}

/** The variables whose values decide whether a variable is there. */
const deciding = (declared: Declared, name: string): string[] => {
  const when = declared[name]?.when;
  return when === undefined ? [] : variablesIn(when).filter((other) => Object.hasOwn(declared, other));
};

/** In which order it can be told which variables are there. Names that do not depend on each other are in code point order. */
export const declarationOrder = (declared: Declared): DeclarationOrder => {
  const open = new Map(
    Object.keys(declared)
      .sort()
      .map((name) => [name, new Set(deciding(declared, name))]),
  );
  const names: string[] = [];
  for (let free = true; free; ) {
    const ready = [...open].filter(([, waitsFor]) => waitsFor.size === 0).map(([name]) => name);
    for (const name of ready) open.delete(name);
    for (const waitsFor of open.values()) for (const name of ready) waitsFor.delete(name);
    names.push(...ready);
    free = ready.length > 0;
  }
  return { names, circles: [...open.keys()] };
};
