import { Failure } from "./failure.ts";
import { StoredIndex } from "./stored-index.ts";

type Json = Record<string, unknown>;

const idBytesMax = 512;

interface BulkItem {
  readonly action: string;
  readonly id: string;
  readonly source: Json | undefined;
}

const bulkItems = (lines: readonly Json[]): BulkItem[] => {
  const items: BulkItem[] = [];
  const rest = [...lines];
  for (let head = rest.shift(); head; head = rest.shift()) {
    const [[action, given] = ["", {}]] = Object.entries(head);
    const source = action === "index" ? rest.shift() : undefined;
    items.push({ action, id: String((given as Json)._id), source });
  }
  return items;
};

/** Refuses a whole batch for one id, before anything of it is written. */
const checkIds = (ids: readonly string[]): void => {
  const long = ids.find((id) => Buffer.byteLength(id) > idBytesMax);
  if (long === undefined) return;
  const reason = `Validation Failed: 1: id [${long}] is too long, must be no longer than 512 bytes`;
  throw new Failure(400, "action_request_validation_exception", reason);
};

/** The indexes that there are, and how batches come into them. */
export class Cluster {
  readonly #indexes = new Map<string, StoredIndex>();
  readonly refused = new Set<string>();

  create(name: string, definition: Json): object {
    if (this.#indexes.has(name)) {
      throw new Failure(400, "resource_already_exists_exception", `index [${name}] already exists`);
    }
    this.#indexes.set(name, new StoredIndex(definition));
    return { acknowledged: true, shards_acknowledged: true, index: name };
  }

  get(name: string): StoredIndex {
    const index = this.#indexes.get(name);
    if (!index) throw new Failure(404, "index_not_found_exception", `no such index [${name}]`);
    return index;
  }

  delete(name: string): object {
    this.get(name);
    this.#indexes.delete(name);
    return { acknowledged: true };
  }

  #aliased(alias: string): [string, StoredIndex] {
    const found = [...this.#indexes].find(([, index]) => index.aliases.has(alias));
    if (found) return found;
    const reason = `no such index [${alias}] and [require_alias] request flag is [true] and [${alias}] is not an alias`;
    throw new Failure(404, "index_not_found_exception", reason);
  }

  bulk(alias: string, lines: Json[], isRefreshed: boolean): object {
    const asked = bulkItems(lines);
    checkIds(asked.map(({ id }) => id));
    const items = asked.map((item) => ({ [item.action]: this.#written(alias, item) }));
    if (isRefreshed) for (const index of this.#indexes.values()) if (index.aliases.has(alias)) index.refresh();
    return { took: 1, errors: items.some((item) => "error" in (Object.values(item)[0] as object)), items };
  }

  #written(alias: string, { action, id, source }: BulkItem): object {
    let name = alias;
    try {
      const [found, index] = this.#aliased(alias);
      name = found;
      if (action === "index" && this.refused.has(id))
        throw new Failure(400, "mapper_parsing_exception", "failed to parse");
      const result = action === "index" ? index.write(id, source ?? {}) : index.remove(id);
      const status = { created: 201, updated: 200, deleted: 200, not_found: 404 }[result];
      return { _index: name, _id: id, result, status };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const { type, message: reason, status } = error;
      return { _index: name, _id: id, status, error: { type, reason } };
    }
  }
}
