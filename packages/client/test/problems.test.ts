import type { CoreErrorCode } from "@nofx/contract-kit";
import { expect, expectTypeOf, it } from "vitest";
import { isProblem, unwrap } from "../src/index.ts";
import { refusal, thing, useServer } from "./things.ts";

const wire = useServer();

it("a problem's code is one that the operation declares, the kit's or the client's", async () => {
  const answer = await wire.things.putThing({ id: "a", body: thing });
  if (!answer.ok) {
    expectTypeOf(answer.problem.code).toEqualTypeOf<"thing_broken" | CoreErrorCode | "unexpected_answer">();
    // @ts-expect-error no such code
    void (answer.problem.code === "thing_borken");
  }
});

it("a thrown problem is told from others by its codes, and from other errors", async () => {
  wire.respond = refusal(409, "thing_broken");
  const error: unknown = await unwrap(wire.things.putThing({ id: "a", body: thing })).catch(
    (thrown: unknown) => thrown,
  );
  expect([isProblem(error), isProblem(error, "a", "thing_broken"), isProblem(error, "a")]).toEqual([true, true, false]);
  expect([isProblem(new Error("no")), isProblem(undefined, "a")]).toEqual([false, false]);
  expect(error).toMatchObject({ code: "thing_broken", status: 409 });
  if (isProblem(error, "thing_broken", "forbidden")) {
    expectTypeOf(error.code).toEqualTypeOf<"thing_broken" | "forbidden">();
  }
});
