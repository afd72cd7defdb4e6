import { type Scope, scopes } from "@nofx/contract-kit";
import { cachedAuthenticator, HttpProblem } from "@nofx/service-kit";
import { keptLog } from "@nofx/testkit/service";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type IntrospectionResult, introspectingAuthenticator, toActor } from "../src/index.ts";
import { notes } from "./notes.ts";

const member = { active: true, kind: "member", sub: "token:1", tenant: "acme", scope: "templates:read" } as const;
const answered = (body: unknown): IntrospectionResult => ({ ok: true, body });
const refused = (status: number, headers: Record<string, string> = {}): IntrospectionResult => ({
  ok: false,
  status,
  headers: new Headers(headers),
});

describe("the actor of an introspection answer", () => {
  it("is whom the answer tells of: kind, tenant, subject, scopes, what it is bound to and expiry", () => {
    const answer = fc.record(
      {
        kind: fc.constantFrom("member" as const, "service" as const, "operator" as const),
        sub: fc.string({ minLength: 1 }),
        tenant: fc.stringMatching(/^[a-z]{1,9}$/),
        scopes: fc.subarray([...scopes]),
        agents: fc.array(fc.string()),
        templates: fc.array(fc.string()),
        exp: fc.nat(),
      },
      { requiredKeys: ["kind", "sub", "tenant", "scopes"] },
    );
    fc.assert(
      fc.property(answer, ({ scopes, ...said }) => {
        const actor = toActor({ active: true, ...said, scope: scopes.join(" ") });
        expect(actor).toEqual({
          kind: said.kind,
          tenantId: said.tenant,
          subject: said.sub,
          scopes: new Set<Scope>(scopes),
          ...((said.agents || said.templates) && {
            bound: { agents: new Set(said.agents), templates: new Set(said.templates) },
          }),
          ...(said.exp !== undefined && { expiresAt: said.exp * 1000 }),
        });
      }),
    );
  });

  it("is bound by either list, an empty one included: no answer about a bound token tells of one that is not", () => {
    const nothing = new Set();
    expect(toActor({ ...member, agents: [] })?.bound).toEqual({ agents: nothing, templates: nothing });
    expect(toActor({ ...member, templates: [] })?.bound).toEqual({ agents: nothing, templates: nothing });
    expect(toActor({ ...member, templates: ["notes"] })?.bound).toEqual({
      agents: nothing,
      templates: new Set(["notes"]),
    });
    expect(toActor(member)).not.toHaveProperty("bound");
  });

  it("is nobody for a token that is not good, whatever else is said of it", () => {
    expect(toActor({ active: false })).toBeUndefined();
    expect(toActor({ ...member, active: false })).toBeUndefined();
  });

  it("has no scope that is not known here; without a word of scopes, none", () => {
    expect(toActor({ ...member, scope: "templates:read planets:move" })?.scopes).toEqual(new Set(["templates:read"]));
    expect(toActor({ ...member, scope: undefined })?.scopes).toEqual(new Set());
  });

  it("of an operator has no tenant, a service may have none; a member cannot be without", () => {
    const { tenant: _, ...without } = member;
    expect(toActor({ ...without, kind: "operator" })).toMatchObject({ kind: "operator", tenantId: "" });
    expect(() => toActor(without)).toThrow("has no tenant");
    expect(toActor({ ...without, kind: "service" })).toMatchObject({ kind: "service", tenantId: "" });
  });

  it.each([undefined, {}, { active: "yes" }, { ...member, kind: "anonymous" }, { ...member, sub: "" }])(
    "cannot be read from %j",
    (answer) => {
      expect(() => toActor(answer)).toThrow();
    },
  );
});

describe("a service that asks about tokens", () => {
  /** A service whose next answers about tokens are given, and what it asked. */
  const asking = async (...results: (IntrospectionResult | Error)[]) => {
    const asked: string[] = [];
    const introspect = async (token: string) => {
      asked.push(token);
      const result = results.shift() ?? refused(500);
      if (result instanceof Error) throw result;
      return result;
    };
    const kit = await notes({ authenticate: ({ log }) => introspectingAuthenticator(introspect, log) });
    return { ...kit, asked, caller: kit.client("nofx_secret") };
  };

  it("lets in whom the answer tells of, and asks once for many requests", async () => {
    const { caller, asked } = await asking(answered(member));
    expect(await caller.countNotes()).toMatchObject({ ok: true });
    expect(await caller.addNote({ body: { id: "one" } })).toBeProblem(403, "forbidden");
    expect(asked).toEqual(["nofx_secret"]);
  });

  it("401 unauthenticated: a token that is not good, which is remembered too", async () => {
    const { caller, asked } = await asking(answered({ active: false }));
    for (const _ of [1, 2]) expect(await caller.countNotes()).toBeProblem(401, "unauthenticated");
    expect(asked.length).toBe(1);
  });

  it("401 unauthenticated: a text too long for a token, without asking", async () => {
    const authenticate = introspectingAuthenticator(() => Promise.reject(new Error("asked")), keptLog("notes").log);
    expect(await authenticate("x".repeat(8193))).toBeUndefined();
    await expect(authenticate("x".repeat(8192))).rejects.toThrow(HttpProblem);
  });

  it.each<[string, IntrospectionResult | Error, string]>([
    ["does not answer", new TypeError("fetch failed"), "2"],
    ["does not know this service", refused(401), "2"],
    ["has too much to do", refused(429, { "retry-after": "17" }), "17"],
    ["is broken", refused(500), "2"],
    ["answers something else", answered({ status: "ok" }), "2"],
  ])("503 unavailable with Retry-After, not remembered: whoever knows tokens %s", async (_what, result, retryAfter) => {
    const { caller, asked, logged } = await asking(result, answered(member));
    const failed = await caller.countNotes();
    expect(failed).toBeProblem(503, "unavailable");
    expect(failed.headers.get("retry-after")).toBe(retryAfter);
    expect(logged()).toContain("tokens cannot be checked");
    expect(logged()).not.toContain("nofx_secret");
    expect(await caller.countNotes()).toMatchObject({ ok: true });
    expect(asked.length).toBe(2);
  });

  it("does not remember a token beyond its end", async () => {
    let now = 1_000_000;
    const results = [answered({ ...member, exp: 1001 }), answered({ active: false })];
    const introspect = async () => results.shift() ?? refused(500);
    const authenticate = cachedAuthenticator(introspectingAuthenticator(introspect, keptLog("notes").log), {
      ttlMs: 30_000,
      now: () => now,
    });
    expect(await authenticate("token")).toMatchObject({ subject: "token:1", expiresAt: 1_001_000 });
    now = 1_001_000;
    expect(await authenticate("token")).toBeUndefined();
  });
});
