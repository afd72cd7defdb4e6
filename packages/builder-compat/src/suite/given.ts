import type { TestContext } from "vitest";
import { BuilderTemplate } from "../answers.ts";
import { least } from "../bodies.ts";
import { type BuilderServer, callerOf } from "../caller.ts";
import { expectAnswer } from "../expect-answer.ts";

/** Gives the server under test: one whose builder store holds no templates yet, unless it says `fresh: false`. */
export type Connect = () => Promise<BuilderServer>;

/** A server with its operations, and a template to begin with. */
export const builder = async (connect: Connect) => {
  const caller = callerOf(await connect());
  const given = async (change: Readonly<Record<string, unknown>> = {}) =>
    expectAnswer(await caller.create(least(change)), 201, BuilderTemplate);
  return { ...caller, given };
};

/** The same for tests of an empty store; skips the test, visibly, if the server may hold templates. */
export const emptyBuilder = async (connect: Connect, { skip }: Pick<TestContext, "skip">) => {
  const server = await connect();
  skip(server.fresh === false, "needs a server with an empty store");
  return builder(async () => server);
};
