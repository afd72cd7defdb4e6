import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { marketplaceTrack } from "@nofx/marketplace";
import { registryTrack } from "@nofx/registry";
import { searchTrack } from "@nofx/search";
import { cloneDatabase, prepareTemplate } from "@nofx/testkit";
import { describe, expect, inject, it } from "vitest";
import { type Table, tablesQuery } from "../src/catalogue.ts";
import { root } from "../src/chart.ts";
import { misplaced, obstacles, type Placement, statements } from "../src/citus.ts";

const directory = join(root, "infra/citus");
const placements = JSON.parse(await readFile(join(directory, "tables.json"), "utf8")) as Record<string, Placement>;
const tracks = { A: registryTrack, B: marketplaceTrack, C: searchTrack };

const catalogueOf = async (track: (typeof tracks)[keyof typeof tracks]): Promise<Table[]> => {
  const serverUrl = inject("testServerUrl");
  const database = await cloneDatabase(serverUrl, await prepareTemplate(serverUrl, track), track.role);
  try {
    return await database.query<Table>(tablesQuery, [track.schema]);
  } finally {
    await database.drop();
  }
};

describe.each(Object.entries(tracks))("track %s on Citus", (letter, track) => {
  const placement = placements[track.schema] as Placement;

  it("has exactly one class for each table that the migrations make", async () => {
    expect(misplaced(placement, await catalogueOf(track))).toEqual([]);
  });

  it("is distributed by statements, and hindered by obstacles, that are as the migrations are now", async () => {
    const tables = await catalogueOf(track);
    const found = `${JSON.stringify(obstacles(placement, tables), null, 2)}\n`;
    await expect(statements(track.schema, placement, tables)).toMatchFileSnapshot(
      join(directory, `track${letter}.sql`),
    );
    await expect(found).toMatchFileSnapshot(join(directory, `track${letter}.obstacles.json`));
  });

  it("puts no table by a column that it does not have, and no two tenants' rows under one key", async () => {
    const found = Object.values(obstacles(placement, await catalogueOf(track))).flat();
    expect(found.filter((obstacle) => /column|foreign key|unique key/.test(obstacle))).toEqual(
      letter === "B" ? ["unique key template_ratings_id_tenant_id_key is without template_tenant"] : [],
    );
  });
});

const table = (name: string, more: Partial<Table> = {}): Table => ({
  name,
  columns: ["tenant_id", "id"],
  keys: [{ name: `${name}_pkey`, columns: ["tenant_id", "id"] }],
  foreignKeys: [],
  triggers: [],
  policiesWithSettings: [],
  policiesWithTables: [],
  ...more,
});
const placement = (more: Partial<Placement> = {}): Placement => ({
  distributed: {},
  reference: {},
  local: {},
  ...more,
});

describe("misplaced", () => {
  it("tells of tables without a class, with two, and that are not there", () => {
    const two = placement({ distributed: { a: "tenant_id" }, local: { a: "why", gone: "why" } });
    expect(misplaced(two, [table("a"), table("b")])).toEqual([
      "a has two classes",
      "b has no class",
      "gone is no table",
    ]);
  });
});

describe("obstacles", () => {
  const to = (other: string, columns: string[], toColumns: string[]) =>
    table("a", { foreignKeys: [{ name: "a_fkey", to: other, columns, toColumns }] });

  it("are columns that are missing, and unique keys without the column", () => {
    const byOwner = placement({ distributed: { a: "owner" } });
    expect(obstacles(byOwner, [table("a")])).toEqual({
      a: ["has no column owner", "unique key a_pkey is without owner"],
    });
  });

  it("are foreign keys that leave the node, but not those to references", () => {
    const distributed = { a: "tenant_id", b: "tenant_id" };
    expect(obstacles(placement({ distributed }), [to("b", ["tenant_id", "id"], ["tenant_id", "id"])])).toEqual({});
    expect(obstacles(placement({ distributed }), [to("b", ["id"], ["id"])])).toEqual({
      a: ["foreign key a_fkey does not lead from tenant_id to tenant_id of b"],
    });
    const local = placement({ distributed: { a: "tenant_id" }, local: { b: "why" } });
    expect(obstacles(local, [to("b", ["id"], ["id"])])).toEqual({
      a: ["foreign key a_fkey leads from a to b, which is on the coordinator"],
    });
    const reference = placement({ distributed: { a: "tenant_id" }, reference: { b: "why" } });
    expect(obstacles(reference, [to("b", ["id"], ["id"])])).toEqual({});
  });

  it("are triggers and policies with sub-selects, also of references, and nothing of local tables", () => {
    const guarded = { triggers: ["t"], policiesWithSettings: ["s"], policiesWithTables: ["p"] };
    const all = placement({ reference: { a: "why" }, local: { b: "why" } });
    expect(obstacles(all, [table("a", guarded), table("b", guarded)])).toEqual({
      a: ["policy p looks into tables", "policy s reads settings in a sub-select", "trigger t"],
    });
  });
});

describe("statements", () => {
  it("come in an order that foreign keys allow, all beside the first", () => {
    const distributed = { child: "tenant_id", parent: "tenant_id" };
    const foreignKeys = ["child", "parent"].map((other) => ({ name: "f", to: other, columns: [], toColumns: [] }));
    const tables = [table("child", { foreignKeys }), table("parent")];
    expect(statements("s", placement({ distributed, reference: { r: "why" } }), tables)).toBe(
      `SELECT create_reference_table('s.r');
SELECT create_distributed_table('s.parent', 'tenant_id', colocate_with => 'none');
SELECT create_distributed_table('s.child', 'tenant_id', colocate_with => 's.parent');
`,
    );
  });
});
