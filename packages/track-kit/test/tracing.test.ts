import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { answer, mount } from "@nofx/service-kit";
import { keptLog } from "@nofx/testkit/service";
import { describe, expect, it, onTestFinished } from "vitest";
import { createTrackService, type Running, startService } from "../src/index.ts";
import { freshDatabase } from "./notes.ts";
import { notesContract } from "./notes-contract.ts";
import { buildNotes, type NotesDeps, openNotes, tokenOf } from "./notes-service.ts";
import { otlpReceiver, type ReceivedSpan } from "./otlp-receiver.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const callerId = "00f067aa0ba902b7";
const authorization = `Bearer ${tokenOf("admin", "acme")}`;
const { path } = notesContract.operations.countNotes;

const start = async (
  variables: Readonly<Record<string, string>>,
  buildApp: (deps: NotesDeps) => ReturnType<typeof buildNotes> = buildNotes,
): Promise<Running<NotesDeps> & { readonly logged: () => string }> => {
  const database = await freshDatabase();
  const { log, logged } = keptLog("notes");
  const deps = openNotes({ DATABASE_URL: database.url, PORT: "0", ...variables }, { log });
  return { ...(await startService({ deps, buildApp })), logged };
};

/** A service that asks another one and passes on what it was told. */
const asking =
  (url: () => string, headersOf: (traceparent: string) => Record<string, string>) => async (deps: NotesDeps) => {
    const service = await createTrackService(notesContract, deps);
    mount(service, notesContract.operations.countNotes, async ({ traceparent }) => {
      const response = await fetch(url(), { headers: { authorization, ...headersOf(traceparent) } });
      return answer(200, { body: (await response.json()) as { notes: number } });
    });
    return service;
  };

const children = (spans: readonly ReceivedSpan[], parent: string): ReceivedSpan[] =>
  spans.filter(({ parentSpanId }) => parentSpanId === parent);

/** The spans of a request to a service that asks another one. */
const trace = async (headersOf: (traceparent: string) => Record<string, string>) => {
  const { url, spans } = await otlpReceiver();
  const traced = { OTEL_EXPORTER_OTLP_ENDPOINT: url };
  const inner = await start(traced);
  const outer = await start(
    traced,
    asking(() => `${inner.url}${path}`, headersOf),
  );
  const headers = { authorization, traceparent: `00-${traceId}-${callerId}-01` };
  const response = await fetch(`${outer.url}${path}?x=secret`, { headers });
  expect(response.status).toBe(200);
  await fetch(`${outer.url}/health/ready`);
  await Promise.all([outer.stop(), inner.stop()]);
  return spans;
};

describe("traces", () => {
  it.each([
    ["names the caller itself", (traceparent: string) => ({ traceparent })],
    ["names nobody", () => ({}) as Record<string, string>],
  ])(
    "reach from the caller through services to the database, where the call in between %s",
    async (_what, headersOf) => {
      const spans = await trace(headersOf);
      expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
      const [asked, ...others] = children(spans, callerId);
      expect(others).toEqual([]);
      expect(asked).toMatchObject({ service: "notes", kind: 2, name: `GET ${path}` });
      expect(asked?.attributes).toMatchObject({
        "http.route": path,
        "url.path": path,
        "http.response.status_code": 200,
      });
      const calls = children(spans, asked?.spanId ?? "").filter(({ name }) => name === "GET");
      expect(calls).toMatchObject([{ kind: 3, attributes: { "http.response.status_code": 200, "url.path": path } }]);
      const answered = children(spans, calls[0]?.spanId ?? "");
      expect(answered).toMatchObject([{ kind: 2, name: `GET ${path}` }]);
      const queries = children(spans, answered[0]?.spanId ?? "");
      expect(queries).toMatchObject([{ kind: 3, name: "SELECT", attributes: { "db.system.name": "postgresql" } }]);
      expect(JSON.stringify(spans)).not.toContain("secret");
    },
  );

  it("tell of what failed, and not with what words", async () => {
    const { url, spans } = await otlpReceiver();
    const broken = createServer((request) => request.socket.destroy());
    await new Promise<void>((resolve) => broken.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void broken.close());
    const { port } = broken.address() as AddressInfo;
    const { url: origin, stop } = await start(
      { OTEL_EXPORTER_OTLP_ENDPOINT: url },
      asking(
        () => `http://127.0.0.1:${port}/secret`,
        () => ({}),
      ),
    );
    expect((await fetch(`${origin}${path}`, { headers: { authorization } })).status).toBe(500);
    await stop();
    const failed = spans
      .filter(({ status }) => status.code === 2)
      .map(({ kind, attributes }) => [kind, attributes["error.type"]]);
    expect(failed.sort()).toEqual([
      [2, undefined],
      [3, "UND_ERR_SOCKET"],
    ]);
    expect(JSON.stringify(failed)).not.toContain("other side closed");
  });

  it("are not kept with a ratio of 0", async () => {
    const { url, spans } = await otlpReceiver();
    const { url: origin, stop } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_TRACES_SAMPLER_ARG: "0" });
    expect((await fetch(`${origin}${path}`, { headers: { authorization } })).status).toBe(200);
    await stop();
    expect(spans).toEqual([]);
  });

  it("that nobody takes are dropped, and the log says so; requests are answered all the same", async () => {
    const { url: origin, stop, logged } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" });
    expect((await fetch(`${origin}${path}`, { headers: { authorization } })).status).toBe(200);
    await stop();
    expect(logged()).toMatch(/"level":"warn".*"msg":"traces"/);
  });
});
