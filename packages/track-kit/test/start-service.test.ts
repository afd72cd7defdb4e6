import { keptLog } from "@nofx/testkit/service";
import { describe, expect, it } from "vitest";
import { startService } from "../src/index.ts";
import { freshDatabase } from "./notes.ts";
import { buildNotes, openNotes } from "./notes-service.ts";

const parts = async (variables: Readonly<Record<string, string>> = {}, readUrl?: string) => {
  const database = await freshDatabase();
  const { log, logged } = keptLog("notes");
  const deps = openNotes({ DATABASE_URL: database.url, PORT: "0", ...variables }, { log, readUrl });
  return { database, logged, deps, isOver: () => deps.db.pool.ended };
};

describe("starting a service", () => {
  it("prepares, then listens, and tells where; stopping closes everything", async () => {
    const { deps, logged, isOver } = await parts();
    let prepared = false;
    const prepare = async () => {
      prepared = true;
    };
    const buildApp = (given: typeof deps) => {
      expect([given, prepared]).toEqual([deps, true]);
      return buildNotes(given);
    };
    const running = await startService({ deps, buildApp, prepare });
    expect((await fetch(`${running.url}/health/live`)).status).toBe(200);
    expect(logged()).toContain(`"url":"${running.url}"`);
    await running.stop();
    expect(isOver()).toBe(true);
    await expect(fetch(`${running.url}/health/live`)).rejects.toThrow();
  });

  it("is refused with a database role that row-level security does not bind, and leaves nothing open", async () => {
    const { adminUrl } = await freshDatabase();
    const { deps, isOver } = await parts({ DATABASE_URL: adminUrl });
    await expect(startService({ deps, buildApp: buildNotes })).rejects.toThrow(/superuser/);
    expect(isOver()).toBe(true);
  });

  it("is refused with such a role on its read replica, and needs no replica that is there", async () => {
    const { adminUrl } = await freshDatabase();
    const refused = await parts({}, adminUrl);
    await expect(startService({ deps: refused.deps, buildApp: buildNotes })).rejects.toThrow(/superuser/);
    expect([refused.isOver(), refused.deps.db.replica?.pool.ended]).toEqual([true, true]);
    const nowhere = new URL(adminUrl);
    nowhere.port = "1";
    const { deps, logged } = await parts({}, nowhere.href);
    const running = await startService({ deps, buildApp: buildNotes });
    expect(logged()).toContain("read replica");
    await running.stop();
  });

  it("fails with what fails in its preparation, or with a port that is taken, and leaves nothing open", async () => {
    const first = await parts();
    const running = await startService({ deps: first.deps, buildApp: buildNotes });
    const { port } = new URL(running.url);
    const second = await parts({ PORT: port });
    await expect(startService({ deps: second.deps, buildApp: buildNotes })).rejects.toThrow(/EADDRINUSE/);
    await running.stop();
    const third = await parts();
    const prepare = () => Promise.reject(new Error("not prepared"));
    await expect(startService({ deps: third.deps, buildApp: buildNotes, prepare })).rejects.toThrow("not prepared");
    expect([second.isOver(), third.isOver()]).toEqual([true, true]);
  });
});
