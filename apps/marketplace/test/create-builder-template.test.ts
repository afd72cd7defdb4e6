import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { marketplace } from "./marketplace.ts";
import { newPrompt, withPrompt } from "./prompts.ts";

describe("createBuilderTemplate", () => {
  it("201: version 1.0.0, with its audit entry and its change under one id", async () => {
    const world = await marketplace();
    const alice = await world.person("publisher", "acme");
    const created = await world.as(alice).createBuilderTemplate({ body: newPrompt() });
    expect(created).toMatchObject({ status: 201, body: { version: "1.0.0", history: [{ version: 1 }] } });
    if (!created.ok) throw new Error(created.problem.code);
    const { id } = created.body;
    const told = { type: "template.version_published", resource_id: id, version: "1.0.0" };
    const outbox = await world.database.query(
      `SELECT type, resource_id, version, change_id FROM marketplace.outbox
       UNION ALL SELECT type, resource_id, version, change_id FROM marketplace.changes`,
    );
    expect(outbox).toEqual([{ ...told, change_id: created.headers.get("nofx-change") }]);
    const audit = await world.database.query("SELECT actor, change_id FROM marketplace.audit_log");
    expect(audit).toEqual([{ actor: expect.stringMatching(/^token:/), change_id: created.headers.get("nofx-change") }]);
  });

  it("201: the same Idempotency-Key creates once and answers the same", async () => {
    const world = await marketplace();
    const { client } = await withPrompt(world);
    const create = () => client.createBuilderTemplate({ body: newPrompt() }, { idempotencyKey: "once" });
    const [first, second] = [await unwrap(await create()), await unwrap(await create())];
    expect(second).toEqual(first);
    expect((await unwrap(client.listBuilderTemplates())).templates).toHaveLength(2);
  });

  it("400 request_invalid: all that is wrong, by field, as the builder's callers read it", async () => {
    const world = await marketplace();
    const client = world.as(await world.person("publisher"));
    const refused = await client.createBuilderTemplate({ body: { name: "", input: [] } as never });
    expect(refused).toBeProblem(400, "request_invalid");
    const { problem } = refused as unknown as { problem: { error: { formErrors: string[]; fieldErrors: object } } };
    expect(problem.error.formErrors).toEqual([]);
    expect(Object.keys(problem.error.fieldErrors)).toEqual(["name", "instructions", "input"]);
  });
});
