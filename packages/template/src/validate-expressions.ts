import type { Finding } from "@nofx/contract-kit";
import { closestWord, finding, findingsMax, type Path } from "@nofx/document";
import { unreadableIn } from "./expressions/expression.ts";
import { filterNames, filterObstacle } from "./expressions/filter.ts";
import { type Reference, stepOf, textsIn } from "./reference.ts";

/** An expression needs few; many of them on a long value would take their time. */
const filtersMax = 10;

/** What is wrong with filters, wherever they are. */
export const filterFindings = (references: readonly Reference[]): Finding[] =>
  references.slice(0, findingsMax * 10).flatMap(({ path, name, filters }) => {
    if (filters.length > filtersMax) {
      return [finding("error", path, "too_many_filters", `More than ${filtersMax} filters on "${name}"`)];
    }
    if (filters.length > 0 && stepOf(name)) {
      const message = `"${name}" is there only when the step has run: filters work on variables`;
      return [finding("error", path, "filter_on_output", message)];
    }
    return filters.flatMap((filter) => {
      const obstacle = filterObstacle(filter);
      return obstacle === undefined
        ? []
        : [finding("error", path, "filter_invalid", obstacle, closestWord(filter.name, filterNames))];
    });
  });

/** What looks like an expression and will stay as it is. */
export const unreadableWarnings = (value: unknown, base: Path): Finding[] =>
  textsIn(value, base)
    .flatMap(({ path, text }) => unreadableIn(text).map((found) => ({ path, found })))
    .slice(0, findingsMax + 1)
    .map(({ path, found }) =>
      finding("warning", path, "expression_unreadable", `${found} is no expression, and stays as it is`),
    );
