import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { toProblem } from "../src/error-mapping.ts";
import { problemsOf } from "../src/index.ts";
import { problemOf, startThings, thing, thingErrors } from "./things.ts";

const failing = async (thrown: unknown, options: Parameters<typeof startThings>[1] = {}) => {
  const getThing = async (): Promise<never> => {
    throw thrown;
  };
  const { call, lines } = await startThings({ getThing }, options);
  const response = await call("GET", "/things/a?token=nofx_aaaaaaaaaaaaaaaaaaaaaaaa");
  return { response, lines, errors: lines.filter(({ level }) => level === "error") };
};
const coded = (code: string) => Object.assign(new Error("at 10.0.0.7:5432"), { code });

describe("500 internal_error", () => {
  it("tells nothing of the error, and logs it once, with its stack and the correlation id", async () => {
    const { response, lines, errors } = await failing(new RangeError('relation "secrets" does not exist'));
    const problem = problemOf(response, 500, "internal_error");
    expect(response.body).not.toContain("secrets");
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({
      correlationId: problem.correlationId,
      operation: "getThing",
      err: { type: "RangeError", message: 'relation "secrets" does not exist' },
    });
    expect(errors[0]?.err).toHaveProperty("stack", expect.stringContaining("failures.test.ts"));
    expect(lines.filter(({ msg }) => msg === "request")).toMatchObject([{ status: 500, code: "internal_error" }]);
  });

  it.each([["some text"], [undefined], [null], [{ message: "object" }], [7]])(
    "also when %j is thrown, which is no Error",
    async (thrown) => {
      const { response, errors } = await failing(thrown);
      problemOf(response, 500, "internal_error");
      expect(errors).toHaveLength(1);
      expect(errors[0]?.operation).toBe("getThing");
      if (thrown !== undefined) expect(errors[0]).toHaveProperty("err.message", inspect(thrown));
    },
  );

  it("also when the answer cannot be sent", async () => {
    const { call, lines } = await startThings({
      createThing: async (_ctx, { body }) => ({ status: 201, body, headers: { location: "a\nb" } }),
    });
    problemOf(await call("POST", "/things", { token: "publisher", body: thing }), 500, "internal_error");
    expect(lines.filter(({ level }) => level === "error")).toHaveLength(1);
  });

  it("also when who calls cannot be found out", async () => {
    const authenticate = async () => {
      throw new Error("broken");
    };
    const { call, lines } = await startThings({}, { authenticate });
    problemOf(await call("GET", "/things", { token: "publisher" }), 500, "internal_error");
    expect(lines.filter(({ level }) => level === "error")).toHaveLength(1);
  });
});

describe("503 unavailable", () => {
  it.each([
    "57014",
    "57P01",
    "53300",
    "08006",
    "55P03",
    "40001",
    "40P01",
    "25P03",
    "ECONNREFUSED",
    "ECONNRESET",
    "ENOTFOUND",
    "ETIMEDOUT",
  ])("for %s, which passes: retry soon; logged as an error, told to nobody", async (code) => {
    const { response, errors } = await failing(coded(code));
    problemOf(response, 503, "unavailable");
    expect(response.headers["retry-after"]).toBe("1");
    expect(response.body).not.toContain("10.0.0.7");
    expect(errors).toMatchObject([{ err: { code } }]);
  });

  it.each(["timeout exceeded when trying to connect", "Connection terminated unexpectedly"])(
    "for the pool's %j",
    async (message) => {
      problemOf((await failing(new Error(message))).response, 503, "unavailable");
    },
  );

  it.each(["23505", "42P01", "22P02", "ENOENT", "XX000"])("not for %s, which stays: 500", async (code) => {
    problemOf((await failing(coded(code))).response, 500, "internal_error");
  });
});

describe("Fastify's own refusals", () => {
  it.each([
    ["FST_ERR_CTP_INVALID_CONTENT_LENGTH", 400, "body_malformed"],
    ["FST_ERR_CTP_BODY_TOO_LARGE", 413, "payload_too_large"],
    ["FST_ERR_CTP_INVALID_MEDIA_TYPE", 415, "media_type_unsupported"],
    ["FST_ERR_BAD_URL", 400, "request_invalid"],
    ["FST_ERR_SOMETHING_NEW", 500, "internal_error"],
  ])("%s is answered as %i %s", (fastifyCode, status, code) => {
    expect(toProblem(coded(fastifyCode))).toMatchObject({ status, code });
  });
});

describe("a refusal", () => {
  it("is no error in the log: one line, with its code and without secrets", async () => {
    const { lines, errors } = await failing(problemsOf(thingErrors)("thing_not_found"));
    expect(errors).toEqual([]);
    expect(lines).toMatchObject([
      { msg: "request", level: "info", service: "things", operation: "getThing", status: 404, code: "thing_not_found" },
    ]);
    expect(lines[0]?.url).toBe("/things/a?token=[redacted]");
  });

  it("before the operation is reached is one line, too", async () => {
    const { call, lines } = await startThings();
    await call("POST", "/judge", { body: "{" });
    expect(lines).toMatchObject([{ msg: "request refused", level: "info", status: 400, code: "body_malformed" }]);
  });
});

it("a success is one line: who did what, how it ended, how long it took", async () => {
  const { call, lines } = await startThings();
  await call("POST", "/things", { token: "publisher", body: thing });
  expect(lines).toMatchObject([
    { msg: "request", operation: "createThing", status: 201, tenant: "acme", subject: "alice", url: "/things" },
  ]);
  expect(lines[0]?.durationMs).toBeGreaterThanOrEqual(0);
  expect(JSON.stringify(lines)).not.toContain("publisher");
});
