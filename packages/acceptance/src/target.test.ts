import { describe, expect, it } from "vitest";
import { readTarget, type Target, targetEnv } from "./target.ts";

const told = { NOFX_ORIGIN: "http://127.0.0.1:8080", NOFX_OPERATOR_TOKEN: "secret" };
const pair = (port: number) => [`http://10.0.0.1:${port}`, `http://10.0.0.2:${port}`] as const;

describe("what is tested", () => {
  it.each<Target>([
    { origin: "http://127.0.0.1:8080", operatorToken: "secret", isEdge: false },
    {
      origin: "https://nofx.example/below",
      operatorToken: "secret",
      isEdge: true,
      replicas: { registry: pair(4001), marketplace: pair(4002), search: pair(4003) },
    },
  ])("is read as it was told: %j", (target) => {
    expect(readTarget(targetEnv(target))).toEqual(target);
  });

  it("an address may end with slashes", () => {
    expect(readTarget({ ...told, NOFX_ORIGIN: "http://127.0.0.1:8080//" }).origin).toBe(told.NOFX_ORIGIN);
  });

  it.each([
    [{}, "Set NOFX_ORIGIN and NOFX_OPERATOR_TOKEN."],
    [{ NOFX_ORIGIN: told.NOFX_ORIGIN, NOFX_OPERATOR_TOKEN: "" }, "Set NOFX_OPERATOR_TOKEN."],
    [{ ...told, NOFX_ORIGIN: "localhost" }, 'NOFX_ORIGIN: "localhost" is no http or https address.'],
    [{ ...told, NOFX_ORIGIN: "ftp://a" }, 'NOFX_ORIGIN: "ftp://a" is no http or https address.'],
    [{ ...told, NOFX_ORIGINS: "registry=http://a,http://b;search=http://a" }, "fewer than two replicas of marketplace"],
    [{ ...told, NOFX_ORIGINS: "registry=http://a,b" }, 'NOFX_ORIGINS, registry: "b" is no http'],
    [{ ...told, NOFX_ORIGINS: "http://a" }, "fewer than two replicas of registry"],
  ])("%j is refused: %s", (env, message) => {
    expect(() => readTarget(env)).toThrow(message);
  });
});
