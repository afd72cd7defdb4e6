import { always, type Depends, judgeRange, rule, type SeverityRule, wording } from "@nofx/versioning";
import { goneVariable, newVariable } from "./variables/variable-differences.ts";

const added: Depends = {
  depends: "major if callers must give it, else minor",
  judge: ({ names, after }) => newVariable(names.at(-1) ?? "", after),
};

const taken: Depends = {
  depends: "by [what it takes](#variables-of-a-template)",
  judge: () => ["major", "Variable `{}` is another"],
};

const range: Depends = {
  depends: "major if the range leaves its major version, else minor",
  judge: ({ before, after }) => judgeRange(before, after),
};

const dependency = (kind: string) => ({
  added: ["minor", `Dependency on ${kind} \`{}\` is new`] as const,
  removed: ["patch", `Dependency on ${kind} \`{}\` is gone`] as const,
  changed: range,
});

/**
 * What changes of a template's document mean. The first that fits counts. Major: whoever runs it must do something. Minor:
 * it does something new. Patch: wording. Steps are judged as steps wherever they stand: see `withInlineSteps`.
 */
export const severityRules: readonly SeverityRule[] = [
  rule("version", "Version", wording("The version number is another one")),
  rule("templateId", "Template id", always(["major", "It is another template: nobody finds it under its old id"])),
  rule("name", "Name", wording("The name is another one")),
  rule("description", "Description", wording("The description is another one")),
  rule("$schema", "Schema reference", wording("The reference to the schema of template.json is another one")),
  rule("category", "Category", wording("The category is another one")),
  rule("license", "License", always(["minor", "The license is another one"])),
  rule("tags/*", "Tag", {
    added: ["patch", "Tag `{}` is new"],
    removed: ["patch", "Tag `{}` is removed"],
    changed: ["patch", "Tag `{}` is another one"],
  }),
  rule("metadata/**", "Metadata", wording("Metadata `{}` is another")),
  rule("files/*/**", "File's content", wording("File `{}` has other content")),
  rule("files/*", "File", {
    added: ["patch", "File `{}` is new"],
    removed: ["patch", "File `{}` is removed"],
    changed: ["patch", "File `{}` is another"],
  }),
  rule("content/kind", "Kind", wording("The kind is said otherwise")),
  rule("content/goal", "Goal", wording("The goal is put otherwise")),
  rule("content/versionFile", "File of the steps", wording("The steps are in another file")),
  rule("content/variables/*", "Variable", {
    added,
    removed: goneVariable("{}"),
    changed: taken,
  }),
  rule("content/dependencies/agents/*", "Agent that it depends on", dependency("agent")),
  rule("content/dependencies/templates/*", "Template that it depends on", dependency("template")),
  rule("content/environments/*", "Environment", {
    added: ["minor", "Environment `{}` is new"],
    removed: ["major", "Environment `{}` is gone: whoever runs there is refused"],
    changed: ["minor", "Environment `{}` is another"],
  }),
  rule(
    "content/environments/*/description",
    "Environment's description",
    wording("Environment `{}` is described otherwise"),
  ),
  rule(
    "content/environments/*/**",
    "What an environment sets",
    always(["minor", "Environment `{}` sets something else"]),
  ),
  rule("content/tests/**", "Test", wording("Test `{}` is another")),
  rule("content/steps/*", "Step", {
    added: ["minor", "Step `{}` is new"],
    removed: ["major", "Step `{}` is removed: what it did is no longer done"],
    changed: ["major", "Step `{}` is another"],
  }),
  rule("content/steps/*/name", "Step's name", wording("Step `{}` has another name")),
  rule("content/steps/*/agentId", "Step's agent", always(["major", "Step `{}` is done by another agent"])),
  rule("content/steps/*/**", "Step's details", always(["minor", "Step `{}` does something else"])),
  rule("content/instructions", "Instructions", wording("The instructions are put otherwise")),
  rule("content/input/*/text", "Text of an input", wording("Input `{}` is put otherwise")),
  rule("content/**", "Other content", always(["minor", "`{}` is another"])),
  rule("**", "Keys that are not defined", always(["minor", "`{}`, which is no defined part, is another"])),
];
