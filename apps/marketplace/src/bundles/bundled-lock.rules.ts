import { parseResourceName } from "@nofx/contract-kit";
import type { BundledLock, DependencyLock, LockedVersion, TemplateVersionDocument } from "@nofx/contract-marketplace";
import { type ResolvedEnvironment, templateDependencies } from "@nofx/template";

type Kind = "agent" | "template";
type Rename = (kind: Kind, name: string) => string;

/** As locks name versions that ask for others: `agent acme/writer 1.0.0`. */
const askingVersion = /^(agent|template) ([^ ]+) ([^ ]+)$/;

const renamedAsker = (by: string, rename: Rename): string => {
  const [, kind, name = "", version] = askingVersion.exec(by) ?? [];
  return kind === undefined ? by : `${kind} ${rename(kind as Kind, name)} ${version}`;
};

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/** The order that locks have, which goes by the names and so is another with other names. */
const inOrder = (requestedBy: LockedVersion["requestedBy"]): LockedVersion["requestedBy"] =>
  requestedBy.toSorted((left, right) => compare(left.by, right.by) || compare(left.range, right.range));

const renamedEntries = (kind: Kind, entries: BundledLock["agents"], rename: Rename): BundledLock["agents"] =>
  Object.fromEntries(
    Object.entries(entries).map(([name, { requestedBy, ...locked }]) => {
      const renamed = requestedBy.map(({ by, range }) => ({ by: renamedAsker(by, rename), range }));
      return [rename(kind, name), { ...locked, requestedBy: inOrder(renamed) }];
    }),
  );

const renamedLock = (lock: BundledLock, rename: Rename): BundledLock => ({
  ...lock,
  agents: renamedEntries("agent", lock.agents, rename),
  templates: renamedEntries("template", lock.templates, rename),
});

const count = ({ agents, templates }: BundledLock): number =>
  Object.keys(agents).length + Object.keys(templates).length;

/** What a version itself names with its own tenant, as `agent acme/writer`: that means this tenant, wherever it goes. */
export const namedInFull = (
  document: TemplateVersionDocument,
  environment: ResolvedEnvironment | undefined,
  ownTenant: string,
): ReadonlySet<string> => {
  const agents = Object.keys(environment?.agents ?? {}).map((name) => ({ kind: "agent", ...parseResourceName(name) }));
  const named = [...templateDependencies(document), ...agents].filter(({ tenant }) => tenant === ownTenant);
  return new Set(named.map(({ kind, tenant, id }) => `${kind} ${tenant}/${id}`));
};

/** A lock as a bundle has it: what is the tenant's own is named without it, unless the version names it in full. */
export const toBundled = (lock: DependencyLock, ownTenant: string, inFull: ReadonlySet<string>): BundledLock =>
  renamedLock(lock, (kind, name) =>
    name.startsWith(`${ownTenant}/`) && !inFull.has(`${kind} ${name}`) ? name.slice(ownTenant.length + 1) : name,
  );

/** What a bundle's lock means in a tenant; undefined if two of its names mean the same there. */
export const fromBundled = (lock: BundledLock, ownTenant: string): DependencyLock | undefined => {
  const meant = renamedLock(lock, (_kind, name) => (name.includes("/") ? name : `${ownTenant}/${name}`));
  return count(meant) === count(lock) ? meant : undefined;
};

/** Whether those who ask are in the order in which bundles tell them. */
export const isInOrder = (lock: BundledLock): boolean =>
  [lock.agents, lock.templates]
    .flatMap((entries) => Object.values(entries))
    .every(({ requestedBy }) => inOrder(requestedBy).every((one, index) => one === requestedBy[index]));
