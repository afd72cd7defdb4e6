import { unwrap } from "@nofx/client";
import { UsageNews } from "@nofx/contract-marketplace";
import { type EventReader, readEvents } from "@nofx/testkit/events";
import { describe, expect, it } from "vitest";
import type { Person } from "./marketplace.ts";
import { counted, daysAgo, report, run, runs, withRuns } from "./runs.ts";
import { workflow } from "./templates.ts";

const path = "/api/analytics/templates/stream";
const bearer = ({ token }: Person) => ({ authorization: `Bearer ${token}` });
const newsIn = ({ events }: EventReader): UsageNews[] =>
  events.flatMap(({ event, data }) => (event === "usage" ? [UsageNews.parse(JSON.parse(data))] : []));

const follow = async (url: string, person: Person, lastEventId?: string) => {
  const headers = { ...bearer(person), ...(lastEventId !== undefined && { "last-event-id": lastEventId }) };
  const reader = await readEvents(url + path, headers);
  // The place at its beginning has come with the time to wait.
  await expect.poll(() => reader.retryMs()).toBe(2_000);
  return reader;
};

/** What the stream last told of a template's runs of today. */
const todayOf = (reader: EventReader, templateId = "release-notes"): number | undefined =>
  newsIn(reader)
    .flatMap(({ templates }) => templates)
    .findLast((template) => template.templateId === templateId)?.today.runs;

describe("streamAnalytics", () => {
  it("200: tells of a report within a second after it was acknowledged, with the runs of today", async () => {
    const { world, acme, people } = await withRuns();
    const url = await world.listen();
    const reader = await follow(url, people.acme);
    expect(reader.response.headers).toMatchObject({ "content-type": "text/event-stream", "cache-control": "no-store" });
    for (let n = 1; n <= 5; n += 1) {
      await report(acme, [run()]);
      const acknowledgedAt = performance.now();
      await reader.until(() => todayOf(reader) === n);
      expect(performance.now() - acknowledgedAt).toBeLessThan(1_000);
    }
    const [first] = newsIn(reader);
    expect(first).toMatchObject({ complete: true, templates: [{ tenant: "acme", templateId: "release-notes" }] });
  });

  it("200: goes on behind Last-Event-ID, also with what was of another day; from now on without one", async () => {
    const { world, acme, people } = await withRuns();
    const url = await world.listen();
    const reader = await follow(url, people.acme);
    await report(acme, [run()]);
    await reader.until(() => todayOf(reader) === 1);
    reader.close();
    await report(acme, [run(), run({ occurredAt: daysAgo(2) })]);
    await counted(world);
    const again = await follow(url, people.acme, reader.events.at(-1)?.id);
    await again.until(() => newsIn(again).length > 0);
    expect(todayOf(again)).toBe(2);
    const fresh = await follow(url, people.acme);
    await report(acme, [run({ occurredAt: daysAgo(2) })]);
    await fresh.until(() => newsIn(fresh).length > 0);
    expect(newsIn(fresh)).toHaveLength(1);
    expect(todayOf(fresh)).toBe(2);
  });

  it("200: tells others of public templates, and nothing of private ones", async () => {
    const { world, acme, people } = await withRuns();
    await unwrap(acme.publishTemplate({ body: workflow({ templateId: "hidden" }) }));
    const url = await world.listen();
    const [own, other] = [await follow(url, people.acme), await follow(url, people.globex)];
    await report(acme, runs(2, { templateId: "hidden" }));
    await own.until(() => todayOf(own, "hidden") === 2);
    await report(acme, [run()]);
    await other.until(() => todayOf(other) === 1);
    expect(JSON.stringify(newsIn(other))).not.toContain("hidden");
  });

  it("200: a place from long ago, and one of a database that is no more, are where it can go on from", async () => {
    const { world, acme, people } = await withRuns();
    await report(acme, [run()]);
    await counted(world);
    await world.database.query("UPDATE marketplace.usage_fold SET fold_id = 20000");
    await world.database.query("UPDATE marketplace.template_days SET fold_id = 20000");
    const url = await world.listen();
    const old = await follow(url, people.acme, "7");
    await old.until(() => newsIn(old).length > 0);
    expect(newsIn(old)[0]).toMatchObject({ complete: false, templates: [{ today: { runs: 1 } }] });
    const ahead = await follow(url, people.acme, "999999");
    await report(acme, [run()]);
    await ahead.until(() => newsIn(ahead).length > 0);
    expect(todayOf(ahead)).toBe(2);
  });

  it("400 request_invalid, 401: an id that is none of the stream's, and without a token", async () => {
    const { world, people } = await withRuns();
    const url = await world.listen();
    const refused = await fetch(url + path, { headers: { ...bearer(people.acme), "last-event-id": "x" } });
    expect([refused.status, await refused.json()]).toMatchObject([400, { code: "request_invalid" }]);
    expect((await fetch(url + path)).status).toBe(401);
  });
});
