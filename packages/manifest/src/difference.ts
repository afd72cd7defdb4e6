import { jsonPath } from "@nofx/contract-kit";
import type { Difference } from "@nofx/contract-registry";

/** Lists whose members have an identity of their own are compared by it, not by position. */
const identities: Readonly<Record<string, string>> = { "$.capabilities": "id", "$.files": "path" };

/** Members by the JSONPath step that leads to them. */
type Members = ReadonlyMap<string, unknown>;

const isBranch = (value: unknown): value is object => value !== null && typeof value === "object";

const membersOf = (value: object): Members =>
  new Map(
    Array.isArray(value)
      ? value.map((member, index) => [`[${index}]`, member])
      : Object.entries(value).map(([name, member]) => [jsonPath([name]).slice(1), member]),
  );

const membersByIdentity = (list: readonly Record<string, unknown>[], key: string): Members =>
  new Map(list.map((member) => [`[?@.${key}=='${String(member[key])}']`, member]));

const compareMembers = (before: Members, after: Members, path: string): Difference[] => [
  ...[...before].flatMap(([step, value]) =>
    after.has(step) ? compare(value, after.get(step), path + step) : [{ path: path + step, before: value }],
  ),
  ...[...after].filter(([step]) => !before.has(step)).map(([step, value]) => ({ path: path + step, after: value })),
];

/** The same members in another order are another document, with another digest, so that must show too. */
const compareOrder = (before: Members, after: Members, path: string, key: string): Difference[] => {
  const idsOf = (members: Members, others: Members) =>
    [...members].filter(([step]) => others.has(step)).map(([, member]) => (member as Record<string, unknown>)[key]);
  const [left, right] = [idsOf(before, after), idsOf(after, before)];
  return left.every((id, index) => id === right[index])
    ? []
    : [{ path: `${path}[*].${key}`, before: left, after: right }];
};

const compare = (before: unknown, after: unknown, path: string): Difference[] => {
  if (before === after) return [];
  if (!isBranch(before) || !isBranch(after) || Array.isArray(before) !== Array.isArray(after)) {
    return [{ path, before, after }];
  }
  const key = identities[path];
  if (!key || !Array.isArray(before) || !Array.isArray(after)) {
    return compareMembers(membersOf(before), membersOf(after), path);
  }
  const [left, right] = [membersByIdentity(before, key), membersByIdentity(after, key)];
  return [...compareMembers(left, right, path), ...compareOrder(left, right, path, key)];
};

/** What differs between two documents, published ones or parts of them, as JSONPath (RFC 9535) with the value before and after. */
export const differences = <Document extends object>(before: Document, after: Document): Difference[] =>
  compare(before, after, "$");
