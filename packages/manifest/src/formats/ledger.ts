import { jsonPath } from "@nofx/contract-kit";
import type { Loss } from "@nofx/contract-registry";
import type { Path } from "@nofx/document";

/** Something of a source that the target has no place for. */
export const lossAt = (path: Path, reason: string): Loss => ({ path: jsonPath(path), reason });

/**
 * Keeps account of a conversion: what of the source was taken over, what was changed or left out and why. In the end
 * `settle` finds what was forgotten, so that nothing is lost without a word.
 */
export interface Ledger {
  /** Gives the value back; it is in the target as it is. */
  keep<T>(path: Path, value: T): T;
  /** These members are in the target as they are. */
  kept(path: Path, members: readonly PropertyKey[]): void;
  /** A text that the target limits: cut, and told, if it is longer. */
  keepText(path: Path, text: string, max: number): string;
  /** Left out, or changed, or made up. */
  lose(path: Path, reason: string): void;
  /** Something to know about a place, whose parts are accounted for one by one. */
  note(path: Path, reason: string): void;
  /** All losses, those included that nobody mentioned. `reasons`: JSONPath with `[*]` for positions → why. */
  settle(reasons?: Readonly<Record<string, string>>): Loss[];
}

const isBranch = (value: unknown): value is object =>
  value !== null && typeof value === "object" && Object.keys(value).length > 0;

const stepsOf = (value: object): readonly PropertyKey[] =>
  Array.isArray(value) ? value.map((_member, index) => index) : Object.keys(value);

/** At most so many UTF-16 units, cut at a character's end, not inside a surrogate pair. */
export const cut = (text: string, max: number): string =>
  text.length <= max ? text : `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;

/** The largest parts of a value that nobody has accounted for. */
const unaccounted = (
  value: unknown,
  path: Path,
  accounted: ReadonlySet<string>,
  onTheWay: ReadonlySet<string>,
): Path[] => {
  const at = jsonPath(path);
  if (accounted.has(at) || value === undefined) return [];
  if (!isBranch(value) || !onTheWay.has(at)) return [path];
  return stepsOf(value).flatMap((step) => unaccounted(Reflect.get(value, step), [...path, step], accounted, onTheWay));
};

/**
 * Opens the account of a source. `otherwise`: why things have no place that no reason is given for. `containers`: parts
 * that are settled member by member, also if nothing of them was taken over.
 */
export const openLedger = (source: unknown, otherwise: string, containers: readonly Path[] = []): Ledger => {
  const losses: Loss[] = [];
  const accounted = new Set<string>();
  const onTheWay = new Set<string>(containers.map(jsonPath));
  const account = (path: Path): void => {
    accounted.add(jsonPath(path));
    for (let length = 0; length < path.length; length += 1) onTheWay.add(jsonPath(path.slice(0, length)));
  };
  const lose = (path: Path, reason: string): void => {
    account(path);
    losses.push(lossAt(path, reason));
  };
  return {
    keep: (path, value) => {
      account(path);
      return value;
    },
    kept: (path, members) => {
      for (const member of members) account([...path, member]);
    },
    keepText: (path, text, max) => {
      account(path);
      if (text.length <= max) return text;
      lose(path, `Cut to ${max} characters`);
      return cut(text, max);
    },
    lose,
    note: (path, reason) => void losses.push(lossAt(path, reason)),
    settle: (reasons = {}) => {
      for (const path of unaccounted(source, [], accounted, onTheWay)) {
        const at = jsonPath(path);
        losses.push({ path: at, reason: reasons[at.replace(/\[\d+\]/g, "[*]")] ?? otherwise });
      }
      return losses;
    },
  };
};
