import type { TemplateVariable } from "@nofx/contract-marketplace";
import { edgeValues } from "../testing/generate.ts";
import type { GivenValues } from "../variables/resolve-variables.ts";
import { typeOf } from "../variables/variable-schema.ts";
import { type Allowance, type TrialSide, trialPlan } from "./trial-plan.ts";
import { triedValues } from "./trial-scope.ts";

/** What is given to both versions in one environment, and where that comes from, without a value. */
export interface TrialInput {
  readonly environment: string | undefined;
  readonly given: GivenValues;
  readonly origin: string;
}

/** How many inputs there may be, of all kinds together. */
const inputsMax = 100;

type Edges = ReadonlyMap<string, readonly (readonly [edge: string, value: unknown])[]>;

const only = (values: GivenValues, wanted: ReadonlySet<string>): GivenValues =>
  Object.fromEntries(Object.entries(values).filter(([name]) => wanted.has(name)));

/** Edges of variables whose values are their own names would tell values. */
const edgeName = (variable: TemplateVariable, edge: string): string =>
  ["enum", "boolean"].includes(typeOf(variable)) ? "" : ` (${edge})`;

const edgesOf = ({ declared, size }: TrialSide, allowance: Allowance): Edges => {
  allowance.left -= size;
  return new Map(
    Object.entries(declared)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, variable]) => [name, edgeValues(variable)]),
  );
};

/** What the earlier version must be given, at least, for a plan; undefined if nothing that is known gives one. */
const leastInput = (
  side: TrialSide,
  environment: string | undefined,
  edges: Edges,
  allowance: Allowance,
): TrialInput | undefined => {
  const inherited = triedValues(side.version, environment, side.scope);
  const owed = Object.entries(side.declared)
    .filter(([name, { required, default: own }]) => required && own === undefined && !Object.hasOwn(inherited, name))
    .map(([name]) => name);
  const isOwed = new Set(owed);
  const first = Object.fromEntries(owed.map((name) => [name, edges.get(name)?.[0]?.[1]] as const));
  const tests = side.version.tests.slice(0, 3).map(({ variables }) => only(variables, side.scope.variables));
  const origin = owed.length > 0 ? "with nothing but what must be given" : "with nothing given";
  const candidates = [first, ...tests.map((given) => ({ ...first, ...only(given, isOwed) })), ...tests];
  const given = candidates.find((one) => {
    if (allowance.left < 0 || owed.some((name) => one[name] === undefined)) return false;
    return !("obstacles" in trialPlan(side, environment, one, allowance));
  });
  return given && { environment, given, origin };
};

const testInputs = (before: TrialSide, after: TrialSide): TrialInput[] => {
  const tests = [...before.version.tests, ...after.version.tests].slice(0, inputsMax);
  return tests.flatMap(({ name, environment, variables }) => {
    const given = only(variables, before.scope.variables);
    const origin = `with what the test "${name}" gives`;
    const environments = before.scope.environments.filter((one) => environment === undefined || one === environment);
    return environments.map((one) => ({ environment: one, given, origin }));
  });
};

/** One variable at each of its edges, the others as in the least input: first each once, then what is left. */
const edgeInputs = (side: TrialSide, least: readonly TrialInput[], edges: Edges): TrialInput[][] => {
  const at = (
    { environment, given }: TrialInput,
    name: string,
    [edge, value]: readonly [string, unknown],
  ): TrialInput => ({
    environment,
    given: { ...given, [name]: value },
    origin: `with \`${name}\` at an edge of what it takes${edgeName(side.declared[name] as TemplateVariable, edge)}`,
  });
  const [base, ...others] = least;
  if (!base) return [];
  const all = [...edges].flatMap(([name, values]) => values.map((value, index) => ({ name, value, index })));
  const once = all.filter(({ index }) => index === 0).map(({ name, value }) => at(base, name, value));
  const rest = all.filter(({ index }) => index > 0).map(({ name, value }) => at(base, name, value));
  return [once, rest, others.flatMap((other) => all.map(({ name, value }) => at(other, name, value)))];
};

/** What two versions are tried with, in an order that does not depend on how much of it is tried. */
export const trialInputs = (before: TrialSide, after: TrialSide, allowance: Allowance): readonly TrialInput[] => {
  if (before.scope.texts.size === 0 && before.scope.variables.size === 0) return [];
  const edges = edgesOf(before, allowance);
  const least = before.scope.environments.flatMap((name) => leastInput(before, name, edges, allowance) ?? []);
  const [once = [], rest = [], elsewhere = []] = edgeInputs(before, least, edges);
  return [...least, ...once, ...testInputs(before, after), ...rest, ...elsewhere].slice(0, inputsMax);
};
