import { sha256 } from "@nofx/canonical";
import { precedenceKey } from "@nofx/versioning";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { documentPath, filePath, historyPath, planBundle } from "./bundle-layout.rules.ts";
import { bundledTemplate, filesOf } from "./bundled-template.rules.ts";

const version = fc
  .tuple(fc.nat(3), fc.nat(12), fc.constantFrom("", "-rc.1", "-RC.1", "-Beta"))
  .map(([major, minor, rest]) => `${major}.${minor}.0${rest}`);
const files = fc.array(
  fc.string().map((text) => ({ size: text.length, digest: sha256(text) })),
  { maxLength: 3 },
);
const template = fc
  .record({
    templateId: fc.stringMatching(/^[a-z][a-z0-9-]{0,5}[a-z]$/),
    kind: fc.constantFrom("prompt" as const, "workflow" as const),
    versions: fc.uniqueArray(fc.record({ version, files }), {
      selector: (one) => one.version,
      minLength: 1,
      maxLength: 5,
    }),
    past: fc.boolean(),
  })
  .map(({ versions, past, ...rest }) => ({
    ...rest,
    currentVersion: versions[0]?.version as string,
    standing: { status: "active" as const },
    visibility: "private" as const,
    versions: versions
      .toSorted((a, b) => (precedenceKey(a.version) < precedenceKey(b.version) ? -1 : 1))
      .map((one) => ({ facts: { version: one.version, status: "active" as const }, files: one.files })),
    deployments: [],
    source: undefined,
    past,
  }));
const catalogue = fc
  .uniqueArray(template, { selector: ({ templateId }) => templateId, maxLength: 5 })
  .map((all) => all.toSorted((a, b) => (a.templateId < b.templateId ? -1 : 1)));
type Catalogue = typeof catalogue extends fc.Arbitrary<infer T> ? T : never;

const listed = (path: string, of = path) => ({ path, size: of.length, digest: sha256(of) });
const entriesOf = (templates: Catalogue) =>
  templates.flatMap((one) => [
    ...one.versions.map(({ facts }) => listed(documentPath(one.templateId, facts.version))),
    ...filesOf(one).map((file) => ({ path: filePath(one.templateId, file.digest), ...file })),
    ...(one.past ? [listed(historyPath(one.templateId))] : []),
  ]);

describe("the plan of a bundle", () => {
  it("finds the entries of each template again, whatever the catalogue", () => {
    fc.assert(
      fc.property(catalogue, (templates) => {
        const entries = entriesOf(templates);
        const plan = planBundle(templates.map(bundledTemplate), entries);
        if (typeof plan === "string") throw new Error(plan);
        expect(
          plan.flatMap(({ documents, files: own, history }) => [...documents, ...own, history ?? []].flat()),
        ).toEqual(entries);
        expect(plan.map(({ history }) => history !== undefined)).toEqual(templates.map(({ past }) => past));
      }),
    );
  });

  it("gives each version and file a name of its own, on file systems that ignore case, too", () => {
    fc.assert(
      fc.property(catalogue, (templates) => {
        const names = entriesOf(templates).map(({ path }) => path.toLowerCase());
        expect(new Set(names).size).toBe(names.length);
      }),
    );
  });

  it("refuses entries that are swapped, repeated or strange", () => {
    fc.assert(
      fc.property(catalogue, fc.nat(), fc.nat(), (templates, one, other) => {
        const entries = entriesOf(templates);
        const about = templates.map(bundledTemplate);
        expect(planBundle(about, [...entries, listed("strange")])).toContain("strange");
        if (entries.length === 0) return;
        const [i, j] = [one % entries.length, other % entries.length];
        expect(typeof planBundle(about, entries.toSpliced(i, 0, entries[i] as never))).toBe("string");
        if (i !== j)
          expect(typeof planBundle(about, entries.with(i, entries[j] as never).with(j, entries[i] as never))).toBe(
            "string",
          );
      }),
    );
  });
});
