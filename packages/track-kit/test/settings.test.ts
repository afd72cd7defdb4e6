import type { Settings } from "@nofx/contract-kit";
import type { RequestContext } from "@nofx/service-kit";
import { describe, expect, it } from "vitest";
import { changeSettings, type SettingsStore } from "../src/index.ts";
import { notes } from "./notes.ts";
import type { NotesTables } from "./notes-service.ts";

/** Settings that are kept as the text of a note. */
const store: SettingsStore<NotesTables, Settings> = {
  lock: async (trx, tenant) => {
    const rows = trx.selectFrom("notes").select("body").where("tenant_id", "=", tenant).where("id", "=", "settings");
    const row = await rows.forUpdate().executeTakeFirst();
    return { semverPolicy: (row?.body ?? "enforce") as Settings["semverPolicy"] };
  },
  save: async (trx, tenant, { semverPolicy: body }) => {
    await trx.insertInto("notes").values({ tenant_id: tenant, id: "settings", body }).execute();
  },
};
const ctx = { tenantId: "acme", subject: "alice", role: "member", correlationId: "request-1" } as RequestContext;

describe("changeSettings", () => {
  it("saves, and tells the tenant before and after", async () => {
    const { deps, database } = await notes();
    const { settings, changeId } = await changeSettings(deps, ctx, { semverPolicy: "off" }, store);
    expect(settings).toEqual({ semverPolicy: "off" });
    expect(await database.query("SELECT body FROM kit.notes")).toEqual([{ body: "off" }]);
    expect(await database.query("SELECT action, details, change_id FROM kit.audit_log")).toEqual([
      {
        action: "tenant.settings_changed",
        details: { before: { semverPolicy: "enforce" }, after: { semverPolicy: "off" } },
        change_id: changeId,
      },
    ]);
  });

  it("tells nothing if it is set so already", async () => {
    const { deps, database } = await notes();
    expect(await changeSettings(deps, ctx, { semverPolicy: "enforce" }, store)).toEqual({
      settings: { semverPolicy: "enforce" },
    });
    expect(await database.query("SELECT FROM kit.audit_log")).toEqual([]);
  });
});
