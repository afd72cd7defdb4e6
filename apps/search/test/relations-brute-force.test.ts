import { unwrap } from "@nofx/client";
import type { AgentRecord } from "@nofx/contract-registry";
import fc from "fast-check";
import { expect, it } from "vitest";
import { agent, keep } from "./kept-records.ts";
import { type World, world } from "./world.ts";

interface Node {
  readonly tenant: number;
  readonly isPublic: boolean;
  /** Places of other nodes; beyond the last one nothing is there. */
  readonly needs: readonly number[];
}

const size = 7;
const node: fc.Arbitrary<Node> = fc.record({
  tenant: fc.nat(2),
  isPublic: fc.boolean(),
  needs: fc.uniqueArray(fc.nat(size + 1), { maxLength: 3 }),
});

/** The tenant of what is not there: its number would be. */
const ghostTenant = 1;
const at = (nodes: readonly Node[], place: number): Node | undefined => nodes[place];
const isSeen = (seen: Node | undefined, viewer: number): boolean =>
  seen !== undefined && (seen.isPublic || seen.tenant === viewer);

/** Whether the viewer is told that one needs the other. */
const isTold = (nodes: readonly Node[], from: number, to: number, viewer: number): boolean => {
  const [source, target] = [at(nodes, from), at(nodes, to)];
  if (!source || !isSeen(source, viewer)) return false;
  if (isSeen(target, viewer) || source.tenant === viewer) return true;
  return target?.tenant !== source.tenant;
};

interface Step {
  readonly from: number;
  readonly to: number;
  readonly depth: number;
}

/** Every edge as often as there are ways to it; the shortest way counts. */
const walkAll = (
  edges: readonly Omit<Step, "depth">[],
  here: number,
  way: string,
  depth: number,
  most: number,
): Step[] => {
  if (depth > most) return [];
  const [near, far] = way === "depends-on" ? (["from", "to"] as const) : (["to", "from"] as const);
  return edges
    .filter((edge) => edge[near] === here)
    .flatMap((edge) => [{ ...edge, depth }, ...walkAll(edges, edge[far], way, depth + 1, most)]);
};

const walk = (nodes: readonly Node[], viewer: number, way: string, most: number): string[] => {
  const all = nodes.flatMap(({ needs }, from) => needs.map((to) => ({ from, to })));
  const told = all.filter(({ from, to }) => isTold(nodes, from, to, viewer));
  const shortest = new Map<string, number>();
  for (const { from, to, depth } of walkAll(told, 0, way, 1, most)) {
    const edge = `${from}>${to}${isSeen(at(nodes, to), viewer) ? "" : " dead"}`;
    shortest.set(edge, Math.min(depth, shortest.get(edge) ?? depth));
  }
  return [...shortest].map(([edge, depth]) => `${depth} ${edge}`).sort();
};

const records = (nodes: readonly Node[], tenants: readonly string[], run: number): AgentRecord[] =>
  nodes.map(({ tenant, isPublic, needs }, place) =>
    agent(`r${run}-${place}`, {
      tenant: tenants[tenant] as string,
      visibility: isPublic ? "public" : "private",
      dependencies: needs.map((to) => ({
        tenant: tenants[at(nodes, to)?.tenant ?? ghostTenant] as string,
        agentId: `r${run}-${to}`,
        range: "*",
      })),
    }),
  );

const viewers = async ({ person, anonymous }: World) => {
  const people = [await person("viewer"), await person("viewer"), await person("viewer")];
  return { tenants: people.map(({ tenant }) => tenant), clients: [...people.map(({ search }) => search), anonymous] };
};

it("relations are what walking the graph comes to, for three tenants and for nobody in particular", async () => {
  const everything = await world();
  const { tenants, clients } = await viewers(everything);
  let run = 0;
  const graph = fc.array(node, { minLength: 2, maxLength: size });
  const direction = fc.constantFrom("depends-on", "used-by");
  const property = fc.asyncProperty(
    graph,
    direction,
    fc.integer({ min: 1, max: 7 }),
    fc.integer({ min: 1, max: 6 }),
    async (nodes, way, depth, limit) => {
      run += 1;
      await keep(everything.deps, ...records(nodes, tenants, run));
      for (const [viewer, client] of clients.entries()) {
        const tenant = tenants[nodes[0]?.tenant ?? 0] as string;
        const asked = { type: "agent", id: `r${run}-0`, tenant, direction: way as "used-by", depth } as const;
        if (!isSeen(nodes[0], viewer)) {
          expect(await client.getRelations(asked)).toBeProblem(404, "resource_not_found");
          continue;
        }
        const expected = walk(nodes, viewer, way, depth);
        const place = (id: string) => id.replace(/^r\d+-/, "");
        const told = async (most: number) => {
          const { edges, truncated } = await unwrap(client.getRelations({ ...asked, limit: most }));
          const lines = edges.map(
            (edge) => `${edge.depth} ${place(edge.from.id)}>${place(edge.to.id)}${edge.dead ? " dead" : ""}`,
          );
          return { lines: lines.sort(), truncated };
        };
        expect(await told(1_000)).toEqual({ lines: expected, truncated: false });
        const cut = await told(limit);
        expect([cut.lines.length, cut.truncated]).toEqual([Math.min(limit, expected.length), expected.length > limit]);
        expect(expected).toEqual(expect.arrayContaining(cut.lines));
      }
    },
  );
  await fc.assert(property, { numRuns: 60 });
});
