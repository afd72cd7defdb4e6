import { builderCompatibility } from "@nofx/builder-compat";
import { afterAll, describe } from "vitest";
import { builder } from "./checks/builder.ts";
import { feed } from "./checks/feed.ts";
import { lifecycle } from "./checks/lifecycle.ts";
import { limits } from "./checks/limits.ts";
import { publishing } from "./checks/publishing.ts";
import { replicas } from "./checks/replicas.ts";
import { searching } from "./checks/searching.ts";
import { serving } from "./checks/serving.ts";
import { templates } from "./checks/templates.ts";
import { tenancy } from "./checks/tenancy.ts";
import { usage } from "./checks/usage.ts";
import { type Connect, declareChecks } from "./suite.ts";
import type { Target } from "./target.ts";
import { openWorld, type Person } from "./world.ts";

export type { Connect } from "./suite.ts";
export { readTarget, type Target } from "./target.ts";

const areas = [serving, publishing, lifecycle, tenancy, templates, usage, searching, feed, limits, builder];

/** Declares, as tests, what tells soonest whether an installation works: some seconds. */
export const smoke = (connect: Connect): void =>
  declareChecks(
    connect,
    areas.map(({ name, checks }) => ({ name, checks: checks.filter(({ isFirst }) => isFirst) })),
  );

/** The builder's callers in one tenant, whatever there is in it: its suite would make some hundred. */
const declareBuilder = (target: Target): void => {
  const world = openWorld(target);
  let person: Promise<Person> | undefined;
  builderCompatibility(async () => {
    person ??= world.person("publisher");
    return { baseUrl: target.origin, token: (await person).token, fresh: false };
  });
  afterAll(() => world.leave());
};

/** Declares, as tests, all that users of an installation rely on: some minutes. */
export const acceptance = (target: Target): void => {
  describe("acceptance", () => declareChecks(() => target, target.replicas ? [...areas, replicas] : areas));
  describe("compatibility", () => declareBuilder(target));
};
