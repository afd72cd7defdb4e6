/**
 * Who may import whom, as docs/architecture.md tells it. A rule's `from` is a room, its `to.pathNot` what that room may
 * see; Node's own modules are allowed but where a rule says otherwise.
 */
const room = (name, from, allowed, { comment, io = true } = {}) => ({
  name,
  severity: "error",
  comment: comment ?? `${name} may see only: ${allowed.join(", ") || "itself"}`,
  from: { path: from, pathNot: "\\.test\\.ts$|/test/|vitest\\.config\\.ts$" },
  to: {
    pathNot: [from, ...allowed],
    dependencyTypesNot: io ? ["core"] : [],
  },
});
const npm = (...names) =>
  names.flatMap((name) => [`/node_modules/${name}/`, `^node_modules/${name}/`, `/@types/${name}/`]);
const packages = (...names) => names.map((name) => `^packages/${name}/src/`);
/** Of Node, what computes and touches nothing outside. */
const pure = "^(buffer|crypto|path|path/posix|util)$";

/** What packs and unpacks bytes that are in memory. */
const archives = "^(buffer|stream|zlib)$";

export default {
  forbidden: [
    {
      name: "no-circular",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    { name: "no-unresolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
    room("contract-kit", "^packages/contract-kit/src/", npm("zod")),
    room("contract-suite", "^packages/contract-suite/src/", [...npm("zod", "vitest"), ...packages("contract-kit")]),
    room("contracts", "^packages/contract-(?!kit|suite)[a-z]+/src/", [...npm("zod"), ...packages("contract-kit")]),
    // Runs in browsers, too: nothing of Node.
    room("client", "^packages/client/src/", [...npm("is-network-error"), ...packages("contract-kit")], { io: false }),
    room("canonical", "^packages/canonical/src/", [...npm("canonicalize"), pure], { io: false }),
    room("analytics", "^packages/analytics/src/", [], { io: false }),
    // Streams of bytes in memory, no files.
    room("bundle", "^packages/bundle/src/", [...npm("zod", "tar-stream"), ...packages("canonical"), archives], {
      io: false,
    }),
    // verify-file.ts is a program: it reads the file that the rest of its package judges.
    room("audit-chain", "^packages/audit-chain/src/(?!verify-file)", [...packages("canonical"), pure], { io: false }),
    room("audit-chain-program", "^packages/audit-chain/src/verify-file", packages("audit-chain")),
    room(
      "versioning",
      "^packages/versioning/src/",
      [...npm("diff", "semver"), ...packages("contract-kit", "canonical"), pure],
      { io: false },
    ),
    room(
      "document",
      "^packages/document/src/",
      [
        ...npm("zod", "fastest-levenshtein", "jsonc-parser", "mime-types", "semver"),
        ...packages("contract-kit", "canonical", "versioning"),
        pure,
      ],
      { io: false },
    ),
    room(
      "pure-packages",
      "^packages/(manifest|template)/src/",
      [
        ...npm("zod", "jsonc-parser", "semver", "ajv", "ajv-formats", "jsonpath-rfc9535", "lru-cache", "re2js"),
        ...packages("contract-[a-z]+", "canonical", "document", "versioning"),
        pure,
      ],
      { io: false },
    ),
    room("service-kit", "^packages/service-kit/src/", [
      ...npm(
        "zod",
        "fastify",
        "pino",
        "jose",
        "prom-client",
        "lru-cache",
        "ipaddr.js",
        "negotiator",
        "zod-openapi",
        "fast-json-stringify",
        "secure-json-parse",
        "rate-limiter-flexible",
        "@scalar/fastify-api-reference",
      ),
      ...packages("contract-kit"),
    ]),
    room("db-kit", "^packages/db-kit/src/", [...npm("kysely", "pg", "uuid", "get-port"), ...packages("audit-chain")]),
    room("schemas", "^packages/schemas/src/", [...npm("zod"), ...packages("contract-[a-z]+", "bundle", "canonical")], {
      io: false,
    }),
    room("app-bundle", "^packages/app-bundle/src/", npm("rolldown", "semver", "yaml", "zod")),
    room("builder-compat", "^packages/builder-compat/src/", npm("zod", "vitest")),
    room("track-kit", "^packages/track-kit/src/", [
      ...npm("zod", "close-with-grace", "cockatiel", "csv-stringify"),
      ...packages("contract-kit", "service-kit", "db-kit"),
    ]),
    room("sync", "^packages/sync/src/", [
      ...npm("p-map"),
      ...packages("contract-[a-z]+", "client", "document", "manifest", "template", "versioning"),
    ]),
    room(
      "search-core",
      "^packages/search-core/src/",
      [...npm("stemmer", "zod"), ...packages("contract-search"), pure],
      { io: false },
    ),
    room(
      "acceptance",
      "^packages/acceptance/src/",
      [...npm("eventsource-parser", "vitest"), ...packages("contract-[a-z]+", "client", "builder-compat")],
      {
        comment:
          "A black box: what it knows of the services is their contracts, the client, and what callers of the builder rely on.",
      },
    ),
    room("simulator", "^packages/simulator/src/", [
      ...npm("pure-rand"),
      ...packages("contract-kit", "contract-marketplace", "client"),
    ]),
    room("services", "^apps/(registry|marketplace|search)/src/", [
      ...npm("zod", "kysely", "pg", "lru-cache", "standardwebhooks", "cockatiel", "uuid"),
      ...npm("@opensearch-project/opensearch", "p-limit"),
      ...packages("canonical", "contract-[a-z]+", "service-kit", "db-kit", "track-kit", "client"),
      ...packages("analytics", "bundle", "document", "manifest", "schemas", "search-core", "template", "versioning"),
    ]),
    // Of the services, only where their tables come from.
    room("migrate", "^apps/migrate/src/", [
      ...npm("zod"),
      ...packages("db-kit", "track-kit"),
      "^apps/(registry|marketplace|search)/src/track\\.ts$",
    ]),
    // What runs where services do not: beside a database, also one that nobody serves from.
    room("operations", "^packages/operations/src/", [...npm("zod", "pg", "p-map"), ...packages("db-kit")]),
    room("cli", "^apps/cli/(src/|package\\.json$)", [
      ...npm("zod", "commander", "@inquirer/prompts", "cli-table3", "env-paths", "nanospinner", "string-width"),
      ...npm("@bomb.sh/tab", "chokidar", "openid-client"),
      ...packages("contract-[a-z]+", "client", "document", "manifest", "sync", "template", "versioning"),
      ...packages("audit-chain", "bundle", "canonical"),
    ]),
    {
      name: "cli-starts-lightly",
      severity: "error",
      comment:
        "What help and the version need loads no contract and no library but commander; the rest is imported when it is used.",
      from: {
        path: "^apps/cli/src/(main|run|parser|program|global-options|failure|[a-z]+/commands|author/starting-points)\\.ts$",
      },
      to: {
        pathNot: [
          "^apps/cli/src/(run|parser|program|global-options|failure|[a-z]+/commands|author/starting-points|output/(json|printable|style|findings))\\.ts$",
          "^apps/cli/package\\.json$",
          ...npm("commander"),
        ],
        dependencyTypesNot: ["core", "type-only", "dynamic-import"],
      },
    },
    {
      name: "routes-hold-no-sql",
      severity: "error",
      comment: "Routes: contract, use cases, service-kit. No store but through a use case, no database.",
      from: { path: "\\.routes\\.ts$" },
      to: { path: ["\\.store\\.ts$", "\\.rules\\.ts$", "^packages/db-kit/", "/kysely/", "schema\\.gen\\.ts$"] },
    },
    {
      name: "rules-are-pure",
      severity: "error",
      comment: "Rules see contract types, pure packages and each other; never a store, the kits or I/O.",
      from: { path: "\\.rules\\.ts$" },
      to: {
        pathNot: [
          "\\.rules\\.ts$",
          "^packages/(analytics|bundle|contract-[a-z]+|canonical|document|manifest|search-core|template|versioning)/src/",
          "^crypto$",
          ...npm("zod"),
        ],
      },
    },
    {
      name: "only-stores-know-sql",
      severity: "error",
      comment: "Kysely's query builder and the row types belong to stores; a use case may name the transaction's type.",
      from: { path: "^apps/[a-z]+/src/", pathNot: "\\.store\\.ts$" },
      to: { path: "node_modules/kysely/" },
    },
    {
      name: "stores-know-no-http",
      severity: "error",
      from: { path: "\\.store\\.ts$" },
      to: { path: ["node_modules/fastify/", "\\.routes\\.ts$"] },
    },
    {
      name: "no-service-imports-another",
      severity: "error",
      comment: "Services meet over HTTP. A service's tests may start another one, to meet it.",
      from: { path: "^apps/(registry|marketplace|search|web|cli|vscode)/", pathNot: "/test/" },
      to: { path: "^apps/(registry|marketplace|search|web|cli|vscode|local)/", pathNot: "^apps/$1/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: ["\\.gen\\.ts$", "/dist/", "/coverage/"] },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default"],
      extensions: [".ts", ".js", ".mjs", ".json"],
    },
  },
};
