import { unwrap } from "@nofx/client";
import { expect } from "vitest";
import { agent } from "../bodies.ts";
import { refusedOnWire } from "../refused.ts";
import { type Area, check } from "../suite.ts";
import { as, ask, post } from "../wire.ts";

const publishPath = "/api/agents/publish";

const bodies: Area["checks"] = [
  check("413 and 400: a body that is too large, too deep, no JSON; 415: another media type", async (world) => {
    const alice = await world.person("publisher");
    const send = (text: string, headers = {}) => post(world.target, publishPath, text, { ...as(alice), ...headers });
    await refusedOnWire(await send(JSON.stringify({ text: "x".repeat(2_000_000) })), 413, "payload_too_large");
    await refusedOnWire(await send(`${"[".repeat(5_000)}${"]".repeat(5_000)}`), 400, "body_malformed");
    await refusedOnWire(await send('{"agentId": '), 400, "body_malformed");
    await refusedOnWire(await send("a=b", { "content-type": "text/plain" }), 415, "media_type_unsupported");
    expect((await unwrap(alice.registry.listAgents({ visibility: "private" }))).agents).toEqual([]);
  }),

  check("400: parameters that fit nothing, all told at once; cursors that were never given", async (world) => {
    const asked = await ask(world.target, "/api/agents?limit=0&sort=sideways&status=odd");
    const { errors = [] } = await refusedOnWire(asked, 400, "request_invalid");
    expect(errors.length).toBeGreaterThanOrEqual(3);
    for (const list of ["/api/agents", "/api/templates", "/api/search"])
      await refusedOnWire(await ask(world.target, `${list}?cursor=nonsense`), 400, "cursor_invalid");
  }),

  check("404 route_not_found, as a problem, of every service", async (world) => {
    for (const path of ["/api/nothing", "/api/templates/x/nothing", "/api/search/nothing"])
      await refusedOnWire(await ask(world.target, path), 404, "route_not_found");
  }),

  check("hostile addresses are refused, and nothing fails of it", async (world) => {
    const statuses = await Promise.all(
      [
        "/api/agents/%00",
        "/api/agents/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        `/api/agents/${"a".repeat(5_000)}`,
        "/api/agents/%ff",
      ].map(async (path) => (await ask(world.target, path)).status),
    );
    for (const status of statuses) expect([400, 404, 414, 431]).toContain(status);
  }),
];

const callers: Area["checks"] = [
  check(
    "every answer bears the caller's correlation id, problems tell it, and one is made where none is given",
    async (world) => {
      for (const path of [
        "/api/agents?limit=1",
        "/api/templates?limit=1",
        "/api/search?q=x",
        "/api/agents/nobody-has-this",
      ]) {
        const correlationId = `acceptance-${path.length}`;
        const answer = await ask(world.target, path, { headers: { "x-correlation-id": correlationId } });
        expect([path, answer.headers.get("x-correlation-id")]).toEqual([path, correlationId]);
        const { correlationId: told = correlationId } = (await answer.json()) as { correlationId?: string };
        expect(told).toBe(correlationId);
      }
      const made = (await ask(world.target, "/api/agents?limit=1")).headers.get("x-correlation-id");
      expect(made).toMatch(/^[0-9a-f-]{32,36}$/);
    },
  ),

  check("429 with Retry-After to who writes too much, and to nobody else", async (world, { skip }) => {
    const [eager, other] = [await world.person("admin"), await world.person("admin")];
    const write = () => eager.registry.deleteChannel({ agentId: "nobody", channel: "beta" });
    const sendMax = 1_300 * (world.target.replicas?.registry.length ?? 1);
    for (let sent = 0; sent < sendMax; sent += 50) {
      const answers = await Promise.all(Array.from({ length: 50 }, write));
      const limited = answers.find(({ status }) => status === 429);
      expect(answers.filter(({ status }) => ![404, 429, 503].includes(status))).toEqual([]);
      if (!limited) continue;
      expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(0);
      expect((await other.registry.publishAgent({ body: agent() })).status).toBe(201);
      return;
    }
    skip(`writes are not limited, or to more than ${sendMax} a minute`);
  }),
];

/** What is refused, and how. */
export const limits: Area = { name: "limits", checks: [...bodies, ...callers] };
