import { describe, expect, it } from "vitest";
import { readEnv } from "../src/index.ts";

const least = { DATABASE_URL: "postgres://nofx@127.0.0.1/nofx", SERVICE_TOKEN: "token" };

describe("the environment", () => {
  it("documents are kept in PostgreSQL unless it says otherwise", () => {
    expect(readEnv(least)).toMatchObject({ ENGINE: "postgres", OPENSEARCH_INDEX_PREFIX: "nofx-search" });
  });

  it("OpenSearch is taken with its address, and with a name and a password where it asks for them", () => {
    const address = { ENGINE: "opensearch", OPENSEARCH_URL: "https://search.example:9200" };
    expect(readEnv({ ...least, ...address })).toMatchObject({ ...address, OPENSEARCH_SHARDS: 1 });
    const account = { OPENSEARCH_USERNAME: "nofx", OPENSEARCH_PASSWORD: "secret" };
    expect(readEnv({ ...least, ...address, ...account })).toMatchObject(account);
  });

  it.each([
    [{ ENGINE: "opensearch" }, "OPENSEARCH_URL: ENGINE=opensearch needs the address of OpenSearch"],
    [{ ENGINE: "solr" }, "ENGINE"],
    [{ OPENSEARCH_URL: "ftp://x" }, "OPENSEARCH_URL"],
    [{ OPENSEARCH_USERNAME: "nofx" }, "OPENSEARCH_PASSWORD: is needed with OPENSEARCH_USERNAME"],
    [{ OPENSEARCH_PASSWORD: "secret" }, "OPENSEARCH_USERNAME: is needed with OPENSEARCH_PASSWORD"],
    [{ OPENSEARCH_INDEX_PREFIX: "No/Name" }, "OPENSEARCH_INDEX_PREFIX"],
  ])("what does not fit together is refused by name: %j", (odd, expected) => {
    expect(() => readEnv({ ...least, ...odd })).toThrow(expected);
  });
});
