import { isUtf8 } from "node:buffer";
import { canonicalForm } from "@nofx/canonical";
import { indexName } from "./entry-name.ts";
import type { BundleEntry, RawEntry } from "./open-bundle.ts";

/** The bytes of an entry in JSON. */
export interface JsonEntry {
  readonly content: string;
  readonly encoding: "utf-8" | "base64";
}

/** A bundle as one JSON document: the index as an object, and the entries by their paths. */
export interface JsonBundle {
  readonly bundle: Readonly<Record<string, unknown>>;
  readonly entries: Readonly<Record<string, JsonEntry>>;
}

/** Bytes as text, if they are text that JSON and PostgreSQL can hold, otherwise as base64. */
export const jsonEntry = (content: Buffer): JsonEntry =>
  isUtf8(content) && !content.includes(0)
    ? { content: content.toString("utf8"), encoding: "utf-8" }
    : { content: content.toString("base64"), encoding: "base64" };

/** Writes a bundle as one JSON document. */
export const writeJson = async function* (index: string, entries: AsyncIterable<BundleEntry>): AsyncGenerator<string> {
  yield `{"bundle":${index},"entries":{`;
  let comma = "";
  for await (const { path, content } of entries) {
    yield `${comma}${JSON.stringify(path)}:${JSON.stringify(jsonEntry(content))}`;
    comma = ",";
  }
  yield "}}";
};

const raw = (name: string, bytes: Buffer): RawEntry => ({
  name,
  type: "file",
  size: bytes.length,
  read: async () => bytes,
});

/** The entries of a bundle in JSON, unchecked. */
export const readJson = async function* ({ bundle, entries }: JsonBundle): AsyncGenerator<RawEntry> {
  yield raw(indexName, Buffer.from(canonicalForm(bundle)));
  for (const [name, { content, encoding }] of Object.entries(entries)) {
    yield raw(name, Buffer.from(content, encoding === "base64" ? "base64" : "utf8"));
  }
};
