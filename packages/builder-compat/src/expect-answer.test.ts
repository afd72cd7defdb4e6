import { describe, expect, it } from "vitest";
import { z } from "zod";
import { expectAnswer, expectAnswerOrRefusal, expectInvalid, expectNoFault } from "./expect-answer.ts";

const answer = (status: number, body: unknown = {}) => ({ to: "POST /builder/templates", status, body });
const Named = z.looseObject({ name: z.string(), size: z.number() });
const refusal = (fieldErrors: Record<string, string[]>) =>
  answer(400, {
    error: { formErrors: [], fieldErrors },
    type: "urn:nofx:error:request_invalid",
    title: "The request is not valid",
    status: 400,
    code: "request_invalid",
    correlationId: "0199f3a3",
  });

describe("expectAnswer", () => {
  it("gives the body back, added fields included", () => {
    expect(expectAnswer(answer(200, { name: "x", size: 1, added: 2 }), 200, Named)).toEqual({
      name: "x",
      size: 1,
      added: 2,
    });
  });

  it("throws at another status, with what was asked and answered", () => {
    expect(() => expectAnswer(answer(500, "Oops"), 200, Named)).toThrow(
      /^POST \/builder\/templates answered 500: expected 200\nOops$/,
    );
  });

  it("throws at another body, with everything that is wrong", () => {
    const failing = () => expectAnswer(answer(200, { name: 5 }), 200, Named);
    expect(failing).toThrow(/at name/);
    expect(failing).toThrow(/at size/);
  });

  it("shows the beginning of a long body", () => {
    expect(() => expectAnswer(answer(500, "x".repeat(5_000)), 200, Named)).toThrow(/\nx{2000}…$/);
  });
});

describe("expectInvalid", () => {
  it("passes if all fields are named, and more may be", () => {
    expect(() => expectInvalid(refusal({ name: ["Required"], input: ["Required"] }), ["name"])).not.toThrow();
    expect(() => expectInvalid(refusal({ name: ["Required"] }))).not.toThrow();
  });

  it.each([
    ["a field is not named", refusal({ name: ["Required"] }), "does not name input, model"],
    ["nothing is named", refusal({}), "does not say what is wrong"],
    ["it was accepted", answer(201), "expected 400"],
    ["it is refused otherwise", answer(422), "expected 400"],
    ["the form is another", answer(400, { error: "invalid" }), "at error"],
  ])("throws if %s", (_, given, message) => {
    expect(() => expectInvalid(given, ["input", "model"])).toThrow(message);
  });

  it("throws if a field's name is there by inheritance only", () => {
    expect(() => expectInvalid(refusal({ name: ["Required"] }), ["constructor"])).toThrow("does not name constructor");
  });
});

describe("expectNoFault", () => {
  it.each([200, 201, 204, 400, 404, 413, 429])("passes with %i", (status) => {
    expect(() => expectNoFault(answer(status))).not.toThrow();
  });

  it.each([101, 302, 500, 502, 503])("throws with %i", (status) => {
    expect(() => expectNoFault(answer(status))).toThrow(`answered ${status}`);
  });
});

describe("expectAnswerOrRefusal", () => {
  it("gives the body of success, and nothing of a refusal", () => {
    expect(expectAnswerOrRefusal(answer(201, { name: "x", size: 1 }), 201, Named)).toEqual({ name: "x", size: 1 });
    expect(expectAnswerOrRefusal(answer(400), 201, Named)).toBeUndefined();
    expect(expectAnswerOrRefusal(answer(499), 201, Named)).toBeUndefined();
  });

  it.each([answer(500), answer(200, { name: "x", size: 1 }), answer(201, { name: 5 })])("throws at %j", (given) => {
    expect(() => expectAnswerOrRefusal(given, 201, Named)).toThrow("answered");
  });
});
