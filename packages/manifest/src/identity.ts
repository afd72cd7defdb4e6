import { packageParts } from "./dependency-range.ts";
import { isRecord } from "./record.ts";

/** A member of a list or object: the JSONPath step that leads to it, and what it is called. */
export interface Member {
  readonly step: string;
  readonly name: string;
  readonly value: unknown;
}

/** Lists whose members have an identity of their own are compared by it, not by position. */
interface Identity {
  /** What follows `[*]` in the path of the list of identities. */
  readonly key: string;
  readonly member: (value: unknown) => Omit<Member, "value"> | undefined;
}

/** A string literal of JSONPath (RFC 9535, section 2.3.5.1). */
const literal = (text: string): string => `'${text.replace(/[\\']/g, "\\$&")}'`;

const byKey = (key: string): Identity => ({
  key: `.${key}`,
  member: (value) => {
    const name = isRecord(value) ? value[key] : undefined;
    return typeof name === "string" ? { step: `[?@.${key}==${literal(name)}]`, name } : undefined;
  },
});

const byValue: Identity = {
  key: "",
  member: (value) => (typeof value === "string" ? { step: `[?@==${literal(value)}]`, name: value } : undefined),
};

/** Tools are names, or objects with one. */
const byNameOrValue: Identity = { key: "", member: (value) => byValue.member(value) ?? byKey("name").member(value) };

/** Packages are `name@range`; the name stays when the range moves. The filter is a regular expression (RFC 9485). */
const byPackage: Identity = {
  key: "",
  member: (value) => {
    if (typeof value !== "string") return undefined;
    const { name } = packageParts(value);
    const escaped = name.replace(/[\\.*+?()[\]{}|^$]/g, "\\$&");
    return { step: `[?match(@,${literal(`${escaped}(@.*)?`)})]`, name };
  },
};

const identities: Readonly<Record<string, Identity>> = {
  capabilities: byKey("id"),
  files: byKey("path"),
  tags: byValue,
  "manifest/capabilities": byValue,
  "manifest/permissions": byValue,
  "manifest/tools": byNameOrValue,
  "manifest/endpoints": byKey("url"),
  "manifest/dependencies/packages": byPackage,
};

const membersBy = (identity: Identity, list: readonly unknown[]): Member[] | undefined => {
  const members = list.map((value) => ({ identity: identity.member(value), value }));
  const steps = new Set(members.map(({ identity: found }) => found?.step));
  if (steps.has(undefined) || steps.size !== list.length) return undefined;
  return members.map(({ identity: found, value }) => ({ step: "", name: "", ...found, value }));
};

/** The members of two lists by their identities; undefined where they have none, or one of them twice. */
export const identified = (
  names: readonly string[],
  before: readonly unknown[],
  after: readonly unknown[],
): { readonly key: string; readonly before: readonly Member[]; readonly after: readonly Member[] } | undefined => {
  const identity = Object.entries(identities).find(([place]) => place === names.join("/"))?.[1];
  if (!identity) return undefined;
  const [left, right] = [membersBy(identity, before), membersBy(identity, after)];
  return left && right && { key: identity.key, before: left, after: right };
};
