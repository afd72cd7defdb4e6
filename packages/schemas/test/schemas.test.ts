import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { sha256 } from "@nofx/canonical";
import { describe, expect, it } from "vitest";
import { declaredSchemas, schemaDocuments } from "../src/index.ts";
import { judges, type Mutant, mutants, shippedFiles, tellMutant } from "./held-against.ts";
import { richDocuments } from "./rich.ts";

const folder = join(import.meta.dirname, "../../shared/schemas");
const names = Object.keys(declaredSchemas);
const judge = (name: string) => {
  const found = judges.get(name);
  if (!found) throw new Error(`No schema is called ${name}`);
  return found;
};

/** What each of the two says of a value, and what JSON Schema objects to. */
const verdicts = (name: string, value: unknown) => {
  const { zod, json } = judge(name);
  return { zod: zod(value), json: json(value), errors: json.errors ?? [] };
};

describe("the committed schemas", () => {
  it("are those that the contracts make: run `npm run gen` after changing one", () => {
    expect(readdirSync(folder).sort()).toEqual(
      schemaDocuments()
        .map(({ file }) => file)
        .sort(),
    );
    for (const { file, text } of schemaDocuments()) expect(readFileSync(join(folder, file), "utf8"), file).toBe(text);
  });

  it("are listed in the index with their digests", () => {
    const index = JSON.parse(readFileSync(join(folder, "index.json"), "utf8"));
    expect(index.schemas.map(({ name }: { name: string }) => name)).toEqual(names);
    for (const { name, url, id, digest } of index.schemas) {
      const text = readFileSync(join(folder, `${name}.schema.json`), "utf8");
      expect({ url, digest }).toEqual({ url: `/schemas/${name}.json`, digest: sha256(text) });
      expect(JSON.parse(text)).toMatchObject({ $id: id, $schema: "https://json-schema.org/draft/2020-12/schema" });
    }
  });

  it("say what they are, with examples", () => {
    for (const { name, text } of schemaDocuments().slice(0, -1)) {
      const { title, description, examples } = JSON.parse(text);
      expect({ name, title: typeof title, description: typeof description, examples: examples.length > 0 }).toEqual({
        name,
        title: "string",
        description: "string",
        examples: true,
      });
    }
  });
});

interface Part {
  readonly description?: string;
  readonly $ref?: string;
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Part>>;
  readonly $defs?: Readonly<Record<string, Part>>;
  readonly [keyword: string]: unknown;
}

/** Properties that neither say what they are nor refer to what does. */
const undescribed = (part: Part, defs: Readonly<Record<string, Part>>, at: string): string[] => {
  const lists = ["anyOf", "oneOf"].flatMap((key) => (part[key] as Part[] | undefined) ?? []);
  const single = [part.items, part.additionalProperties].filter((one) => typeof one === "object") as Part[];
  return [
    ...Object.entries(part.properties ?? {}).flatMap(([key, value]) => {
      const told = value.description ?? defs[value.$ref?.replace("#/$defs/", "") ?? ""]?.description;
      const silent = told === undefined && value.const === undefined ? [`${at}.${key}`] : [];
      return [...silent, ...undescribed(value, defs, `${at}.${key}`)];
    }),
    ...[...lists, ...single].flatMap((one) => undescribed(one, defs, at)),
    ...Object.entries(part.$defs ?? {}).flatMap(([key, value]) => undescribed(value, defs, key)),
  ];
};

/** What anything in a schema may be called. */
const propertiesOf = (schema: unknown): string[] => {
  if (typeof schema !== "object" || schema === null) return [];
  const { properties = {}, examples: _examples, ...rest } = schema as Part;
  return [...Object.keys(properties), ...[...Object.values(properties), ...Object.values(rest)].flatMap(propertiesOf)];
};

describe("what authors write", () => {
  it.each(["agent", "mcp", "template", "template-steps", "categories"])(
    "editors explain every property of: %s",
    (name) => {
      const schema = JSON.parse(schemaDocuments().find((one) => one.name === name)?.text ?? "{}") as Part;
      expect(undescribed(schema, schema.$defs ?? {}, "$")).toEqual([]);
    },
  );

  it("names, wherever it ships, the schema that editors are to use", () => {
    for (const { file, name, value } of shippedFiles) {
      if (name === "categories" || name === "template-steps") continue;
      const { $schema } = value as { $schema: string };
      expect({ file, schema: join("/", dirname(file), $schema) }).toEqual({
        file,
        schema: `/schemas/${name}.schema.json`,
      });
    }
  });

  it("ships, and fits its schema", () => {
    expect(shippedFiles.length).toBeGreaterThan(100);
    for (const { file, name, value } of shippedFiles) {
      expect({ file, ...verdicts(name, value) }).toEqual({ file, zod: true, json: true, errors: [] });
    }
  });
});

const repository = join(import.meta.dirname, "../../..");

const documented = readFileSync(join(repository, "docs/schemas.md"), "utf8");

describe("docs/schemas.md", () => {
  it("lists every schema", () => {
    expect([...documented.matchAll(/^\| `([a-z-]+)` +\|/gm)].map(([, name]) => name).sort()).toEqual([...names].sort());
  });

  it("gives VS Code the files of every schema that authors write", () => {
    const settings = [...documented.matchAll(/```json\n(.*?)```/gs)].flatMap(([, text]) =>
      text?.includes("json.schemas") ? JSON.parse(text)["json.schemas"] : [],
    );
    const wanted = names.flatMap((name) => {
      const { fileMatch = [] } = declaredSchemas[name] ?? {};
      return fileMatch.length > 0 ? [{ fileMatch, url: `http://127.0.0.1:4000/schemas/${name}.json` }] : [];
    });
    expect(settings).toEqual(wanted);
  });
});

describe("this repository's own settings of VS Code", () => {
  it("name schemas that are there", () => {
    const settings = JSON.parse(readFileSync(join(repository, ".vscode/settings.json"), "utf8"));
    for (const { url } of settings["json.schemas"]) expect(existsSync(join(repository, url)), url).toBe(true);
  });
});

/** The one thing that Zod forgives and RFC 3986 does not: a URL with space around it. */
const isForgiven = ({ path, to }: Mutant): boolean =>
  path.at(-1) === "url" && typeof to === "string" && to !== to.trim();

describe.each(names)("%s", (name) => {
  const documents = [...(declaredSchemas[name]?.examples ?? []), ...(richDocuments[name] ?? [])];

  it("has examples for all that it defines", () => {
    const defined = new Set(propertiesOf(JSON.parse(schemaDocuments().find((one) => one.name === name)?.text ?? "{}")));
    const shown = JSON.stringify(documents);
    expect([...defined].filter((key) => !shown.includes(`"${key}":`))).toEqual([]);
  });

  it("accepts its examples", () => {
    for (const value of documents) expect(verdicts(name, value)).toEqual({ zod: true, json: true, errors: [] });
  });

  it("refuses and accepts what the contract refuses and accepts, wherever an example is changed", () => {
    const { zod, json } = judge(name);
    const told = (richDocuments[name] ?? documents)
      .flatMap((document) => [...mutants(document)])
      .filter((mutant) => !isForgiven(mutant))
      .map((mutant) => ({ mutant, zod: zod(mutant.value), json: json(mutant.value) }));
    const disagreements = told.filter((one) => one.zod !== one.json);
    expect(disagreements.map(({ mutant, zod: fits }) => `${tellMutant(mutant)}: zod ${fits}`)).toEqual([]);
    expect(told.filter((one) => !one.zod).length).toBeGreaterThan(20);
  });
});
