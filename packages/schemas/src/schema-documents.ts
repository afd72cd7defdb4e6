import { sha256 } from "@nofx/canonical";
import { z } from "zod";
import { type DeclaredSchema, declaredSchemas } from "./declared.ts";
import { type JsonSchema, refinements } from "./refinements.ts";

/** A JSON file that is served and committed. */
export interface SchemaDocument {
  readonly name: string;
  /** Where services answer it; first the address that it is known by. */
  readonly paths: readonly `/schemas${string}`[];
  readonly mediaType: string;
  /** What it is called among the committed files. */
  readonly file: string;
  readonly text: string;
  /** SHA-256 of `text`. */
  readonly digest: string;
}

const dialect = "https://json-schema.org/draft/2020-12/schema";

/** `AgentDefinition` → `Agent definition`. */
const titleOf = (name: string): string =>
  name
    .replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .replace(/^./, (letter) => letter.toUpperCase());

/** Says nothing: every name of a property is a text. */
const withoutNoise = (schema: JsonSchema): void => {
  const names = schema.propertyNames as JsonSchema | undefined;
  if (names && Object.keys(names).join() === "type") delete schema.propertyNames;
};

const definition = (name: string, { $schema: _dialect, ...schema }: JsonSchema): JsonSchema => {
  refinements[name]?.(schema);
  return { title: titleOf(name), ...schema };
};

const schemaOf = (name: string, { schema, title, description, examples }: DeclaredSchema): JsonSchema => {
  const made = z.toJSONSchema(schema, {
    target: "draft-2020-12",
    io: "input",
    override: ({ jsonSchema }) => withoutNoise(jsonSchema as JsonSchema),
  }) as JsonSchema & { $defs?: Record<string, JsonSchema> };
  const { $schema: _dialect, $defs = {}, $ref, ...inline } = made;
  const defs = Object.fromEntries(Object.entries($defs).map(([id, part]) => [id, definition(id, part)]));
  // Editors show the keywords at the top: what nothing else refers to stands there itself.
  const top = typeof $ref === "string" ? $ref.replace("#/$defs/", "") : "";
  const { [top]: root, ...others } = defs;
  return {
    $schema: dialect,
    $id: `urn:nofx:schema:${name}`,
    ...(root ?? inline),
    title,
    description,
    examples,
    ...(Object.keys(others).length > 0 && { $defs: others }),
  };
};

const textOf = (value: unknown): Pick<SchemaDocument, "text" | "digest"> => {
  const text = `${JSON.stringify(value, null, 2)}\n`;
  return { text, digest: sha256(text) };
};

const indexOf = (documents: readonly SchemaDocument[]): SchemaDocument => {
  const schemas = documents.map(({ name, paths: [url], digest }) => {
    const { title, description, fileMatch } = declaredSchemas[name] as DeclaredSchema;
    return { name, title, description, fileMatch, id: `urn:nofx:schema:${name}`, url, digest };
  });
  return {
    name: "index",
    paths: ["/schemas/index.json", "/schemas"],
    mediaType: "application/json",
    file: "index.json",
    ...textOf({ schemas }),
  };
};

let made: readonly SchemaDocument[] | undefined;

/** Every schema, and behind them an index that names them: made once, from the contracts. */
export const schemaDocuments = (): readonly SchemaDocument[] => {
  if (!made) {
    const documents = Object.entries(declaredSchemas).map(
      ([name, declared]): SchemaDocument => ({
        name,
        paths: [`/schemas/${name}.json`],
        mediaType: "application/schema+json",
        file: `${name}.schema.json`,
        ...textOf(schemaOf(name, declared)),
      }),
    );
    made = [...documents, indexOf(documents)];
  }
  return made;
};
