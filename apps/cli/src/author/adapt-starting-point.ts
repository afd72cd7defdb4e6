import { asArray, asObject } from "@nofx/document";
import type { Kind } from "./find-manifests.ts";

/** What a new package is to be. */
export interface NewPackage {
  readonly kind: Kind;
  readonly id: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly owner: string;
  /** None: those of the starting point. */
  readonly tags: readonly string[];
  /** Its directory from the top of the repository. */
  readonly source: string;
  /** Address of the JSON Schema of its manifest. */
  readonly schema: string;
  /** The agents that do its steps, by what the starting point calls them. */
  readonly agents: Readonly<Record<string, AgentChoice>>;
}

/** An agent for a step. */
export interface AgentChoice {
  readonly id: string;
  readonly range: string;
}

type Agents = NewPackage["agents"];

const choiceOf = (agents: Agents, role: unknown): AgentChoice | undefined =>
  typeof role === "string" && Object.hasOwn(agents, role) ? agents[role] : undefined;

const idOf = (agents: Agents, role: unknown): unknown => choiceOf(agents, role)?.id ?? role;

const inPath = (agents: Agents, path: unknown): string =>
  String(path).replace(/agentId=='([^']*)'/g, (_match, role: string) => `agentId=='${idOf(agents, role)}'`);

const asserting = (agents: Agents, assertion: object): object => {
  const { path, equals } = asObject(assertion);
  const isOfAgent = String(path).endsWith(".agentId");
  return { ...assertion, path: inPath(agents, path), ...(isOfAgent && { equals: idOf(agents, equals) }) };
};

const tested = (agents: Agents, test: object): object => {
  const { plan } = asObject(test);
  return plan === undefined ? test : { ...test, plan: asArray(plan).map((one) => asserting(agents, asObject(one))) };
};

/** The content of a template whose steps other agents do. */
const contentWith = (agents: Agents, content: Record<string, unknown>): Record<string, unknown> => {
  const { dependencies, tests } = content;
  const ranges = Object.entries(asObject(asObject(dependencies).agents)).map(([role, range]) => {
    const choice = choiceOf(agents, role);
    return [choice?.id ?? role, choice?.range ?? range];
  });
  return {
    ...content,
    ...(dependencies !== undefined && { dependencies: { agents: Object.fromEntries(ranges) } }),
    ...(tests !== undefined && { tests: asArray(tests).map((test) => tested(agents, asObject(test))) }),
  };
};

const manifestOf = (order: NewPackage, given: Record<string, unknown>): object => {
  const { kind, id, name, description, owner, tags, source, schema, agents } = order;
  const metadata = asObject(given.metadata);
  const used = metadata.agents === undefined ? undefined : asArray(metadata.agents).map((role) => idOf(agents, role));
  return {
    $schema: schema,
    ...given,
    [`${kind}Id`]: id,
    name,
    ...(description !== undefined && { description }),
    ...(tags.length > 0 && { tags }),
    metadata: { ...metadata, ...(used && { agents: [...new Set(used)] }), owner, source },
    ...(kind === "template" && { content: contentWith(agents, asObject(given.content)) }),
  };
};

const stepsWith = (agents: Agents, given: Record<string, unknown>): object => ({
  ...given,
  steps: asArray(given.steps).map((step) => ({ ...asObject(step), agentId: idOf(agents, asObject(step).agentId) })),
});

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** The files of a starting point as those of a new package: the rest of them stays as it is. */
export const adaptStartingPoint = (order: NewPackage, files: ReadonlyMap<string, string>): Map<string, string> =>
  new Map(
    [...files].map(([path, text]): [string, string] => {
      if (path === `${order.kind}.json`) return [path, json(manifestOf(order, asObject(JSON.parse(text))))];
      if (path.startsWith("versions/")) return [path, json(stepsWith(order.agents, asObject(JSON.parse(text))))];
      return [path, text.replace(/^# .*/, () => `# ${order.name}`)];
    }),
  );
