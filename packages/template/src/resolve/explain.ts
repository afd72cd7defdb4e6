import { clashMessage, namedVersions, whole } from "./clash-message.ts";
import type { Clash, ClashCode, Conflict, Want } from "./conflict.ts";
import { readRange } from "./dependency-range.ts";
import { type CycleOrigin, foundations, type Incompatibility, type WantOrigin } from "./incompatibility.ts";
import { minimalRules } from "./minimal.ts";
import { askerName, compareTexts, keyOf } from "./resource.ts";
import { fitting, isVersion, type Node, none, type Universe, versionsIn } from "./universe.ts";
import type { Sliced } from "./work.ts";

/** The rules of a conflict, by what they are about. */
interface Story {
  readonly wants: readonly WantOrigin[];
  readonly cycles: readonly CycleOrigin[];
}

/** What wants leave of a resource. */
const leftOf = (node: Node, wants: readonly WantOrigin[]): bigint =>
  wants.reduce((mask, { range }) => mask & fitting(node, range), node.initial & ~none);

const wantsOf = ({ wants }: Story, node: Node): WantOrigin[] => wants.filter((want) => want.node === node);

/** The versions that want it, without those that what is asked from the outset rules out; all, if it rules out all. */
const wantingVersions = (story: Story, from: { node: Node; versions: bigint }): readonly string[] => {
  const asked = wantsOf(story, from.node).filter((want) => !("node" in want.from));
  const inQuestion = from.versions & leftOf(from.node, asked);
  return versionsIn(from.node, inQuestion === 0n ? from.versions : inQuestion);
};

const byOf = (story: Story, { from }: WantOrigin): string =>
  "node" in from ? namedVersions(from.node.resource, wantingVersions(story, from)) : askerName(from);

/** The shortest way by which the one who wants came in. */
const pathOf = (story: Story, want: WantOrigin): string[] => {
  const ways = [{ want, path: [byOf(story, want)] }];
  const seen = new Set<Node>();
  for (const way of ways) {
    const { from } = way.want;
    if (!("node" in from)) return way.path;
    if (seen.has(from.node)) continue;
    seen.add(from.node);
    ways.push(...wantsOf(story, from.node).map((next) => ({ want: next, path: [byOf(story, next), ...way.path] })));
  }
  return ways[0]?.path ?? [];
};

const toWant = (story: Story, want: WantOrigin): Want => {
  const { from, node, range } = want;
  const asker = "node" in from ? { ...from.node.resource, versions: wantingVersions(story, from) } : from;
  return { resource: node.resource, range, by: byOf(story, want), asker, path: pathOf(story, want) };
};

const codeOf = (node: Node, wants: readonly WantOrigin[]): ClashCode => {
  if (wants.some(({ range }) => !readRange(range))) return "range_invalid";
  if (node.state === "absent") return "absent";
  return node.candidates.length === 0 ? "no_versions" : "unfit";
};

const clashOf = (story: Story, node: Node): Clash => {
  const wants = wantsOf(story, node);
  const wanted = wants.map((want) => toWant(story, want));
  const available = versionsIn(node, node.initial);
  const code = codeOf(node, wants);
  const { resource } = node;
  return {
    code,
    resource,
    wanted,
    available: available.slice(0, 5),
    cycle: [],
    message: clashMessage(code, resource, wanted, available),
  };
};

const cycleClash = ({ path }: CycleOrigin): Clash => {
  const [first] = path as readonly [CycleOrigin["path"][0]];
  const { resource } = first.node;
  const steps = path.map(({ node, candidate }) => `${keyOf(node.resource)} ${node.candidates[candidate]?.version}`);
  const cycle = [...steps, keyOf(resource)];
  const message = `${cycle.join(" → ")}: a template cannot contain itself`;
  return { code: "cycle", resource, wanted: [], available: [], cycle, message };
};

const positionOf = ({ origin }: Incompatibility): string => {
  if (origin.type !== "want") return "";
  const { node, from, range } = origin;
  const who = "node" in from ? keyOf(from.node.resource) : `${isVersion(from)} ${askerName(from)}`;
  return `${String(node.index).padStart(9, "0")} ${who} ${range}`;
};

/** Tells why there is no solution, from the proof that there is none. */
export function* explain(universe: Universe, proof: Incompatibility, stepsMax: number): Sliced<Conflict> {
  const known = foundations(proof).sort((left, right) => compareTexts(positionOf(left), positionOf(right)));
  const origins = (yield* minimalRules(universe, known, stepsMax)).map(({ origin }) => origin);
  const story: Story = {
    wants: origins.filter((origin) => origin.type === "want"),
    cycles: origins.filter((origin) => origin.type === "cycle"),
  };
  const nodes = [...new Set(story.wants.map(({ node }) => node))].filter(
    (node) => leftOf(node, wantsOf(story, node)) === 0n,
  );
  const clashes = [...nodes.map((node) => clashOf(story, node)), ...story.cycles.map(cycleClash)];
  const because = story.wants.filter(({ node }) => !nodes.includes(node)).map((want) => toWant(story, want));
  const [first, ...others] = clashes as [Clash, ...Clash[]];
  return { ...first, others, because, message: whole(clashes, because) };
}
