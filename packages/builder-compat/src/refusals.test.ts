import { describe, expect, it } from "vitest";
import { AdminRequired, Invalid, NotFound } from "./refusals.ts";

const problem = (status: number) => ({
  type: "urn:nofx:error:some_code",
  title: "Some title",
  status,
  code: "some_code",
  correlationId: "0199f3a3",
});
const adminRequired = { error: "admin required", ...problem(401) };
const notFound = { error: "not found", ...problem(404) };
const flattened = { formErrors: [], fieldErrors: { name: ["Required"] } };
const invalid = { error: flattened, ...problem(400) };
const good = { AdminRequired: [AdminRequired, adminRequired], NotFound: [NotFound, notFound] } as const;

describe.each(Object.entries(good))("%s", (_, [schema, body]) => {
  it("takes the body that callers know, with the problem beside it and whatever is added", () => {
    expect(schema.safeParse({ ...body, detail: "More.", retry: false }).success).toBe(true);
  });

  it.each(["error", "type", "title", "status", "code", "correlationId"])("refuses a body without %s", (field) => {
    expect(schema.safeParse({ ...body, [field]: undefined }).success).toBe(false);
  });

  it.each([{ error: "Admin required" }, { error: { message: body.error } }, { status: 400 }, { status: "401" }])(
    "refuses %j",
    (change) => {
      expect(schema.safeParse({ ...body, ...change }).success).toBe(false);
    },
  );
});

describe("Invalid", () => {
  it.each([
    flattened,
    { formErrors: ["Expected object"], fieldErrors: {} },
    { ...flattened, hint: "See the reference." },
  ])("takes %j", (error) => {
    expect(Invalid.safeParse({ ...invalid, error }).success).toBe(true);
  });

  it.each([
    { error: "invalid" },
    { error: [{ path: ["name"], message: "Required" }] },
    { error: { formErrors: [], fieldErrors: {} } },
    { error: { formErrors: [], fieldErrors: { name: [] } } },
    { error: { formErrors: [], fieldErrors: { name: "Required" } } },
    { error: { fieldErrors: { name: ["Required"] } } },
    { error: { formErrors: ["x"] } },
    { status: 422 },
    { code: undefined },
    { correlationId: "" },
  ])("refuses %j", (change) => {
    expect(Invalid.safeParse({ ...invalid, ...change }).success).toBe(false);
  });
});
