import { unwrap } from "@nofx/client";
import { expect } from "vitest";
import { type Area, first } from "../suite.ts";
import { ask } from "../wire.ts";

/** What the builder's callers rely on first; all of it is in the suite of the builder API. */
export const builder: Area = {
  name: "the builder API, in short",
  checks: [
    first(
      "a prompt is made, changed, deployed and compiled; its history grows, and who may not gets its own 401",
      async (world) => {
        const { marketplace } = await world.person("publisher");
        const seeds = await unwrap(marketplace.listBuilderTemplates());
        expect(seeds.templates).toHaveLength(3);
        const input = [{ id: "open", type: "input_text" as const, text: "Open: {{ tasks }}" }];
        const body = { name: "Coach", instructions: "Help with {{ goal }}.", input };
        const made = await unwrap(marketplace.createBuilderTemplate({ body }));
        expect(made.id).toMatch(/^tmpl_/);
        const { id } = made;
        await unwrap(marketplace.updateBuilderTemplate({ id, body: { instructions: "Help well with {{ goal }}." } }));
        const { history } = await unwrap(marketplace.getBuilderHistory({ id }));
        expect(history).toHaveLength(2);
        const variables = { goal: "tests", tasks: "none" };
        const compiled = await unwrap(marketplace.compileBuilderTemplate({ id, body: { tenantId: "me", variables } }));
        expect(compiled.request).toMatchObject({ instructions: "Help well with tests." });
        const nobody = await ask(world.target, "/builder/templates");
        expect([nobody.status, await nobody.json()]).toMatchObject([401, { error: "admin required" }]);
      },
    ),
  ],
};
