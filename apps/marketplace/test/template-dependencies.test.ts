import { readFileSync } from "node:fs";
import { join } from "node:path";
import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { marketplaceTrack } from "../src/index.ts";
import { type MarketplaceClient, marketplace } from "./marketplace.ts";
import { type TemplateBody, workflow } from "./templates.ts";

const reason = "testing";

interface Wanted {
  readonly version?: string;
  readonly on?: Readonly<Record<string, string>>;
  readonly agents?: Readonly<Record<string, string>>;
  /** Agents of steps, which are in a file. */
  readonly steps?: readonly string[];
}

const bodyOf = (templateId: string, { version = "1.0.0", on, agents, steps = ["x"] }: Wanted): TemplateBody => {
  const content = {
    kind: "workflow" as const,
    versionFile: "steps.json",
    dependencies: { ...(on && { templates: on }), ...(agents && { agents }) },
  };
  const list = steps.map((agentId, index) => ({ id: `s${index}`, agentId }));
  const files = [{ path: "steps.json", content: JSON.stringify({ steps: list }) }];
  return { templateId, name: templateId, version, content, files };
};

const publish = async (client: MarketplaceClient, templateId: string, wanted: Wanted = {}, visibility?: "public") =>
  await unwrap(client.publishTemplate({ body: bodyOf(templateId, wanted), ...(visibility && { visibility }) }));

const dependentsOf = async (client: MarketplaceClient, templateId: string) => {
  const body = { status: "disabled", reason } as const;
  const { impact } = await unwrap(client.setTemplateStatus({ templateId, dryRun: "true", body }));
  return impact.dependents.map(({ tenant, templateId: id, range }) => `${tenant}/${id} ${range}`);
};

const stored = `
  SELECT template_id, on_kind || ' ' || on_tenant || '/' || on_id || ' ' || range AS told
  FROM marketplace.template_dependencies ORDER BY template_id, told`;

describe("dependents of a template", () => {
  it("are those of one's own tenant and public ones, never another tenant's private or disabled ones", async () => {
    const world = await marketplace();
    const acme = world.as(await world.person("admin", "acme"));
    const globex = world.as(await world.person("admin", "globex"));
    await publish(acme, "helper", {}, "public");
    await publish(acme, "own", { on: { helper: "^1.0.0" } });
    await publish(acme, "own-by-full-name", { on: { "acme/helper": "~1.0.0", helper: "*" } });
    await publish(acme, "agent-of-that-name", { agents: { helper: "*" }, steps: ["helper"] });
    await publish(globex, "open", { on: { "acme/helper": ">=1" } }, "public");
    await publish(globex, "hidden", { on: { "acme/helper": "1.x" } });
    await publish(globex, "off", { on: { "acme/helper": "1.x" } }, "public");
    await publish(globex, "namesake", { on: { helper: "1.x" } }, "public");
    await unwrap(globex.setTemplateStatus({ templateId: "off", body: { status: "disabled", reason } }));
    expect((await dependentsOf(acme, "helper")).sort()).toEqual([
      "acme/own ^1.0.0",
      "acme/own-by-full-name *",
      "acme/own-by-full-name ~1.0.0",
      "globex/open >=1",
    ]);
  });

  it("follow the current version of the dependent: publish, draft, release, rollback", async () => {
    const world = await marketplace();
    const acme = world.as(await world.person("admin", "acme"));
    await publish(acme, "helper");
    await publish(acme, "user", { on: { helper: "^1.0.0" } });
    await publish(acme, "user", { version: "2.0.0", on: { helper: "^2.0.0", other: "*" } });
    expect(await dependentsOf(acme, "helper")).toEqual(["acme/user ^2.0.0"]);
    await unwrap(acme.publishTemplate({ body: bodyOf("user", { version: "2.1.0" }), draft: "true" }));
    expect(await dependentsOf(acme, "helper")).toEqual(["acme/user ^2.0.0"]);
    const release = { status: "active", reason } as const;
    await unwrap(acme.setTemplateVersionStatus({ templateId: "user", version: "2.1.0", body: release }));
    expect(await dependentsOf(acme, "helper")).toEqual([]);
    const back = await unwrap(acme.rollbackTemplate({ templateId: "user", body: { targetVersion: "1.0.0", reason } }));
    expect(back.impact).toEqual({
      fields: [{ path: "$.currentVersion", before: "2.1.0", after: "1.0.0" }],
      versionsAbove: [
        { version: "2.1.0", status: "active" },
        { version: "2.0.0", status: "active" },
      ],
      dependents: [],
      dependentsTruncated: false,
    });
    expect(await dependentsOf(acme, "helper")).toEqual(["acme/user ^1.0.0"]);
  });

  it("a rollback tells whose range is no longer satisfied", async () => {
    const world = await marketplace();
    const acme = world.as(await world.person("admin", "acme"));
    await publish(acme, "helper");
    await publish(acme, "helper", { version: "2.0.0" });
    await publish(acme, "user", { on: { helper: "^2.0.0" } });
    const order = { templateId: "helper", dryRun: "true", body: { targetVersion: "1.0.0", reason } } as const;
    const { impact } = await unwrap(acme.rollbackTemplate(order));
    expect(impact.dependents).toMatchObject([{ templateId: "user", range: "^2.0.0", satisfied: false }]);
  });

  it("beyond 100 are cut off, and the answer says so", async () => {
    const world = await marketplace();
    const acme = world.as(await world.person("admin", "acme"));
    await publish(acme, "helper");
    await publish(acme, "user", { on: { helper: "^1.0.0" } });
    await world.database.query(`
      INSERT INTO marketplace.template_dependencies
      SELECT 'acme', 'user', 'template', 'acme', 'helper', '1.' || i FROM generate_series(1, 100) i`);
    const body = { status: "disabled", reason } as const;
    const { impact } = await unwrap(acme.setTemplateStatus({ templateId: "helper", dryRun: "true", body }));
    expect([impact.dependents.length, impact.dependentsTruncated]).toEqual([100, true]);
  });

  it("are found by index among thousands, also under row-level security", async () => {
    const world = await marketplace();
    await world.database.query(`
      INSERT INTO marketplace.templates
        (tenant_id, template_id, id, kind, name, current_version, owner_id, created_at, updated_at, published_at)
      SELECT 'acme', 'a' || i, gen_random_uuid(), 'workflow', 'A', '1.0.0', 'x', now(), now(), now()
      FROM generate_series(1, 5000) i`);
    await world.database.query(`
      INSERT INTO marketplace.template_dependencies
      SELECT 'acme', 'a' || i, 'template', 'acme', 'a' || (i % 1000), '*' FROM generate_series(1, 5000) i`);
    await world.database.query("ANALYZE marketplace.templates, marketplace.template_dependencies");
    const client = await world.deps.db.pool.connect();
    try {
      await client.query("BEGIN");
      await client.query(`SELECT set_config('app.tenant_id', 'globex', true), set_config('app.role', 'member', true)`);
      const { rows } = await client.query<{ "QUERY PLAN": string }>(`
        EXPLAIN SELECT d.tenant_id, d.template_id, d.range, t.current_version, t.status FROM template_dependencies d
        JOIN templates t ON t.tenant_id = d.tenant_id AND t.template_id = d.template_id
        WHERE d.on_kind = 'template' AND d.on_tenant = 'acme' AND d.on_id = 'a7'
        ORDER BY d.tenant_id, d.template_id LIMIT 101`);
      const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
      expect(plan).toContain("template_dependencies_on");
      expect(plan).not.toContain("Seq Scan");
    } finally {
      await client.query("ROLLBACK");
      client.release();
    }
  });
});

describe("what a template depends on", () => {
  it("are declared templates and agents, and the agents of steps in a file, each of its tenant", async () => {
    const world = await marketplace();
    const acme = world.as(await world.person("admin", "acme"));
    const agents = { known: "^1.0.0", "globex/far": "*" };
    await publish(acme, "user", { on: { helper: "^1.0.0" }, agents, steps: ["known", "free", "globex/far", "free"] });
    expect((await world.database.query<{ told: string }>(stored)).map(({ told }) => told)).toEqual([
      "agent acme/free *",
      "agent acme/known ^1.0.0",
      "agent globex/far *",
      "template acme/helper ^1.0.0",
    ]);
  });

  it("stays when the builder changes a prompt", async () => {
    const world = await marketplace();
    const acme = world.as(await world.person("admin", "acme"));
    const content = {
      kind: "prompt" as const,
      instructions: "x",
      input: [{ type: "input_text" as const, text: "x" }],
      dependencies: { templates: { helper: "^1.0.0" } },
    };
    await unwrap(acme.publishTemplate({ body: { templateId: "p", name: "P", version: "1.0.0", content } }));
    await unwrap(acme.updateBuilderTemplate({ id: "p", body: { instructions: "y" } }));
    const document = await unwrap(acme.getTemplateVersion({ templateId: "p", version: "1.0.1" }));
    expect(document.content).toMatchObject({ dependencies: content.dependencies });
    expect(await world.database.query(stored)).toEqual([{ template_id: "p", told: "template acme/helper ^1.0.0" }]);
  });

  it("of what was published before is filled in by the migration", async () => {
    const world = await marketplace();
    const acme = world.as(await world.person("admin", "acme"));
    const on = { helper: "^1.0.0", "globex/waver": "*", odd: "*" };
    await publish(acme, "in-file", { on, agents: { known: "^1.0.0" }, steps: ["known", "free", "No Id"] });
    const steps = [{ id: "a", agentId: "inline" }];
    await unwrap(acme.publishTemplate({ body: workflow({ content: { steps }, files: [] }) }));
    await publish(acme, "unreadable", { steps: ["lost"] });
    await world.database.query(`
      UPDATE marketplace.template_files SET content = '\\xff' WHERE template_id = 'unreadable'`);
    // Names that nothing can have were once published.
    await world.database.query(`
      UPDATE marketplace.template_versions SET document = replace(document, '"odd"', '"no name"')`);
    await world.database.query(`
      DELETE FROM marketplace.template_dependencies WHERE template_id = 'unreadable' OR on_id = 'odd'`);
    const before = await world.database.query(stored);
    expect(before).toHaveLength(5);
    for (const direction of ["down", "up"]) {
      const file = join(marketplaceTrack.directory, `20241004_trackB_template_lifecycle.${direction}.sql`);
      await world.database.query(`BEGIN; ${readFileSync(file, "utf8")}; COMMIT`);
    }
    expect(await world.database.query(stored)).toEqual(before);
  });
});
