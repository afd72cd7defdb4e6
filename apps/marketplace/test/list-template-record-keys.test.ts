import { unwrap } from "@nofx/client";
import { describe, expect, it } from "vitest";
import { someTemplates } from "./records.ts";

const names = (keys: readonly { tenant: string; templateId: string }[]) =>
  keys.map(({ tenant, templateId }) => `${tenant}/${templateId}`);

describe("listTemplateRecordKeys", () => {
  it("200: what listTemplateRecords tells of, in its order and with its cursors", async () => {
    const { service } = await someTemplates();
    const all = await unwrap(service.listTemplateRecordKeys());
    expect(all.nextCursor).toBeUndefined();
    expect(names(all.keys)).toEqual(["acme/hidden", "acme/release-notes", "globex/coach", "globex/gone"]);
    const { keys, nextCursor: cursor = "" } = await unwrap(service.listTemplateRecordKeys({ limit: 1 }));
    expect(keys).toEqual([{ tenant: "acme", templateId: "hidden" }]);
    const { records, nextCursor = "" } = await unwrap(service.listTemplateRecords({ limit: 2, cursor }));
    expect(names(records)).toEqual(["acme/release-notes", "globex/coach"]);
    expect(names((await unwrap(service.listTemplateRecordKeys({ cursor: nextCursor }))).keys)).toEqual(["globex/gone"]);
  });

  it("200: also of a page with a record that cannot be told", async () => {
    const { world, service } = await someTemplates();
    // As an older release with a mistake may have left it: nobody can read this document.
    await world.database.query(`
      SET session_replication_role = replica;
      UPDATE marketplace.template_versions SET document = '{"files": [' WHERE template_id = 'hidden'`);
    expect(await service.listTemplateRecords()).toBeProblem(500, "internal_error");
    expect((await unwrap(service.listTemplateRecordKeys())).keys).toHaveLength(4);
    const key = (templateId: string) => ({ tenant: "acme", templateId });
    expect(await service.getTemplateRecords({ body: { keys: [key("hidden")] } })).toBeProblem(500, "internal_error");
    const { records } = await unwrap(service.getTemplateRecords({ body: { keys: [key("release-notes")] } }));
    expect(records).toHaveLength(1);
  });

  it("400 cursor_invalid: a cursor of another list", async () => {
    const { service } = await someTemplates();
    expect(await service.listTemplateRecordKeys({ cursor: "x" })).toBeProblem(400, "cursor_invalid");
    expect(await service.listTemplateRecordKeys({ limit: 501 })).toBeProblem(400, "request_invalid");
  });

  it("401 and 403: for services only", async () => {
    const { world, acme } = await someTemplates();
    expect(await world.anonymous.listTemplateRecordKeys()).toBeProblem(401, "unauthenticated");
    for (const client of [world.operator, acme])
      expect(await client.listTemplateRecordKeys()).toBeProblem(403, "forbidden");
  });
});
