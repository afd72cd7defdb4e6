import { describe, expect, it } from "vitest";
import { Run } from "../answers.ts";
import { compileBody, full, textItem } from "../bodies.ts";
import { expectAnswer } from "../expect-answer.ts";
import { builder, type Connect } from "./given.ts";

/** POST /builder/templates/:id/run. */
export const declareRun = (connect: Connect): void => {
  describe("POST /builder/templates/:id/run", () => {
    it("201: each run has an id of its own", async () => {
      const { given, run } = await builder(connect);
      const { id } = await given();
      const [first, second] = [await run(id, compileBody()), await run(id, compileBody())];
      const { runId } = expectAnswer(first, 201, Run);
      expect(expectAnswer(second, 201, Run).runId).not.toBe(runId);
    });

    it("201: the tenant is `default` unless it is named", async () => {
      const { given, run } = await builder(connect);
      const { id } = await given();
      const answer = expectAnswer(await run(id, { variables: {} }), 201, Run);
      // Callers were not told the tenant; a server that tells it must tell this one.
      expect(answer.tenantId ?? "default").toBe("default");
    });

    it.each([true, false])("201: with variables, metadata, every option, and background %s", async (background) => {
      const { given, run } = await builder(connect);
      const { id } = await given({ ...full, input: [textItem("Greet {{ name }}.")] });
      const body = { ...compileBody({ name: "Ada" }), metadata: { campaign: "spring" }, background };
      expectAnswer(await run(id, body), 201, Run);
    });
  });
};
