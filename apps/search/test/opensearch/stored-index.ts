import { Failure } from "./failure.ts";

type Json = Record<string, unknown>;
interface Field {
  readonly type?: string;
  readonly properties?: Record<string, Field>;
  readonly enabled?: boolean;
  readonly analyzer?: string;
  readonly position_increment_gap?: number;
}

/** A document as it is searched: values by the path of their field, and the places of words. */
export interface Stored {
  readonly id: string;
  readonly source: Json;
  readonly values: ReadonlyMap<string, readonly (string | number)[]>;
  readonly places: ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>;
}

const termBytesMax = 32_766;

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : value == null ? [] : [value]);

const placesOf = (texts: readonly unknown[], gap: number): Map<string, number[]> => {
  const places = new Map<string, number[]>();
  let place = 0;
  for (const text of texts) {
    for (const token of String(text).split(/\s+/).filter(Boolean)) {
      places.set(token, [...(places.get(token) ?? []), place]);
      place += 1;
    }
    place += gap;
  }
  return places;
};

/** An index: what is written is found after the next refresh, as in OpenSearch. */
export class StoredIndex {
  readonly fields: Readonly<Record<string, Field>>;
  readonly aliases: ReadonlySet<string>;
  readonly #written = new Map<string, Stored | undefined>();
  readonly #searchable = new Map<string, Stored>();

  constructor(definition: Json) {
    const {
      settings,
      mappings,
      aliases = {},
    } = definition as {
      readonly settings?: { readonly index?: { readonly refresh_interval?: string }; readonly analysis?: unknown };
      readonly mappings?: { readonly dynamic?: string; readonly properties?: Record<string, Field> };
      readonly aliases?: object;
    };
    if (mappings?.dynamic !== "strict" || settings?.index?.refresh_interval !== "-1") {
      throw new Error("the double has strict mappings and refreshes when it is told to");
    }
    this.fields = mappings.properties ?? {};
    this.aliases = new Set(Object.keys(aliases));
  }

  write(id: string, source: Json): "created" | "updated" {
    const stored = { id, source, values: new Map(), places: new Map() };
    this.#read(stored, source, this.fields, "");
    const isKnown = this.#has(id);
    this.#written.set(id, stored);
    return isKnown ? "updated" : "created";
  }

  remove(id: string): "deleted" | "not_found" {
    const isKnown = this.#has(id);
    this.#written.set(id, undefined);
    return isKnown ? "deleted" : "not_found";
  }

  refresh(): void {
    for (const [id, stored] of this.#written) {
      if (stored) this.#searchable.set(id, stored);
      else this.#searchable.delete(id);
    }
    this.#written.clear();
  }

  searchable(): Stored[] {
    return [...this.#searchable.values()];
  }

  #has(id: string): boolean {
    return this.#written.has(id) ? this.#written.get(id) !== undefined : this.#searchable.has(id);
  }

  #read(
    stored: { values: Map<string, (string | number)[]>; places: Map<string, Map<string, number[]>> },
    object: Json,
    fields: Readonly<Record<string, Field>>,
    prefix: string,
  ): void {
    for (const [name, value] of Object.entries(object)) {
      const path = `${prefix}${name}`;
      const field = fields[name];
      if (!field) {
        const reason = `mapping set to strict, dynamic introduction of [${path}] is not allowed`;
        throw new Failure(400, "strict_dynamic_mapping_exception", reason);
      }
      if (field.enabled === false) continue;
      if (field.properties) this.#read(stored, value as Json, field.properties, `${path}.`);
      else if (field.type === "text") {
        const places = placesOf(listOf(value), field.position_increment_gap ?? 100);
        stored.places.set(path, places);
        stored.values.set(path, [...places.keys()]);
      } else
        stored.values.set(
          path,
          listOf(value).map((each) => readValue(path, field.type, each)),
        );
    }
  }
}

const readValue = (path: string, type: string | undefined, value: unknown): string | number => {
  if (type === "keyword") {
    const text = String(value);
    if (Buffer.byteLength(text) > termBytesMax) {
      const reason = `Document contains at least one immense term in field="${path}"`;
      throw new Failure(400, "illegal_argument_exception", reason);
    }
    return text;
  }
  const number = Number(value);
  if (!Number.isFinite(number) || (type === "long" && Math.abs(number) >= 2 ** 63)) {
    throw new Failure(400, "mapper_parsing_exception", `failed to parse field [${path}] of type [${type}]`);
  }
  // A fraction is cut off, not refused.
  return type === "long" ? Math.trunc(number) : number;
};
