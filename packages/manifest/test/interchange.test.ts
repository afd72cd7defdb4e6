import { AgentVersionDocument, type InterchangeFormat, interchangeFormats } from "@nofx/contract-registry";
import { describe, expect, it } from "vitest";
import { exportDocument, importDocument, originalOf, toPublication, validateManifest } from "../src/index.ts";
import { fixture, fixtures, unaccounted } from "./fixtures.ts";

const context = { tenant: "acme", publishedAt: "2026-11-22T09:30:00.000Z" };

const imported = (format: InterchangeFormat, content: string, overrides: object = {}) => {
  const result = importDocument({ format, content, ...overrides });
  if ("problems" in result) throw new Error(JSON.stringify(result.problems));
  return result;
};

const published = (manifest: unknown) => {
  const judged = validateManifest(manifest);
  if (!judged.valid) throw new Error(JSON.stringify(judged.errors));
  return { publication: toPublication(judged.manifest), warnings: judged.warnings };
};

const exported = (format: InterchangeFormat, document: AgentVersionDocument) => {
  const result = exportDocument(format, document, context);
  if ("obstacle" in result) throw new Error(result.obstacle);
  return { ...result, value: JSON.parse(result.content) as Record<string, unknown> };
};

const schema = "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json";
const withoutBom = (text: string): string => text.replace(/^\uFEFF/, "");
/** Told by the format's version, or, in 1.0, by a key instead of a word. */
const saidOnTheWayIn = /^\$(?:\["\$schema"\]|\.securitySchemes\.\w+\.type)$/;
/** Told by where it stands, or as a part of a name, not by a value of its own. */
const saidOnTheWayOut: Record<InterchangeFormat, RegExp> = {
  a2a: /^\$\.(?:manifest\.endpoints\[\d+\]\.protocol|tags\[\d+\])$/,
  mcp: /^\$\.(?:manifest\.endpoints\[\d+\]\.protocol|agentId|metadata\.owner)$/,
  oasf: /^\$\.manifest\.(?:endpoints\[\d+\]\.protocol|packages\[\d+\]\.registryType)$|(?:tags|apabilities)\[\d+\](?:\.id|\.label)?$/,
};

it("there are five A2A cards, five server.json and two OASF records to try", () => {
  const count = (format: string) => fixtures.filter((each) => each.format === format).length;
  expect([count("a2a"), count("mcp"), count("oasf")]).toEqual([5, 5, 2]);
});

describe.each(fixtures)("$file", ({ format, content }) => {
  const { manifest, losses } = imported(format, content);
  const { publication, warnings } = published(manifest);

  it("becomes a manifest that can be published, without warnings", () => {
    expect(warnings).toEqual([]);
    expect(publication.document.manifest.origin).toMatchObject({ format });
  });

  it("is kept byte for byte", () => {
    const { digest } = originalOf(publication.document, format) ?? {};
    const file = publication.files.find(({ description }) => description.digest === digest);
    expect(file?.content.equals(Buffer.from(content))).toBe(true);
  });

  it("loses nothing without a word on the way in", () => {
    const missing = unaccounted(JSON.parse(withoutBom(content)), manifest, losses);
    expect(missing.filter((path) => !saidOnTheWayIn.test(path))).toEqual([]);
  });

  it.each(interchangeFormats)("loses nothing without a word on the way out to %s", (target) => {
    const { origin: _origin, ...definition } = publication.document.manifest;
    const document = { ...publication.document, manifest: definition } as AgentVersionDocument;
    const result = exportDocument(target, document, context);
    if ("obstacle" in result) return expect(document.capabilities ?? []).toEqual([]);
    const missing = unaccounted(document, JSON.parse(result.content), result.losses);
    expect(missing.filter((path) => !saidOnTheWayOut[target].test(path))).toEqual([]);
  });

  it.each(interchangeFormats)("written as %s, can be read again", (target) => {
    const result = exportDocument(target, publication.document, context);
    if ("obstacle" in result) return;
    const again = imported(target, result.content);
    expect(published(again.manifest).warnings).toEqual([]);
  });
});

describe("an A2A card", () => {
  it("of 1.0 comes out of its manifest as it went in, but for signatures, unknown keys and free ids", () => {
    const { content } = fixture("a2a-1.0-travel.json");
    const { publication } = published(imported("a2a", content).manifest);
    expect(exported("a2a", publication.document).value).toEqual(JSON.parse(content));
  });

  it("of 0.3 comes out as 1.0", () => {
    const { publication } = published(imported("a2a", fixture("a2a-0.3-weather.json").content).manifest);
    const { value, losses } = exported("a2a", publication.document);
    expect(value).toMatchObject({
      version: "3.0.0",
      supportedInterfaces: [
        { url: "https://weather.example.com/a2a", protocolBinding: "JSONRPC", protocolVersion: "0.3.0" },
        { url: "https://weather.example.com/rest", protocolBinding: "HTTP+JSON" },
      ],
      capabilities: { streaming: true, pushNotifications: true, extendedAgentCard: true },
      securitySchemes: { key: { apiKeySecurityScheme: { location: "header", name: "X-Api-Key" } } },
      securityRequirements: [{ schemes: { key: { list: [] } } }, { schemes: { login: { list: ["forecast"] } } }],
    });
    expect(losses.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        "$.agentId",
        "$.manifest.interop.a2a.capabilities.stateTransitionHistory",
        "$.manifest.security.schemes.login.oauth2SecurityScheme.flows.authorizationCode",
      ]),
    );
  });

  it("says what of it does not come along: version, ids, signatures, unknown schemes and keys", () => {
    const paths = (file: string) => imported("a2a", fixture(file).content).losses.map(({ path }) => path);
    expect(paths("a2a-0.3-weather.json")).toEqual(["$.version", "$.securitySchemes.old", "$.skills[0].id"]);
    expect(paths("a2a-1.0-signed.json")).toEqual(["$.skills[0].priority", "$.signatures", '$["x-internal"]']);
  });

  it("has modes, descriptions and tags made up where A2A requires them, and says so", () => {
    const document = AgentVersionDocument.parse({
      agentId: "a",
      name: "A",
      version: "1.0.0",
      capabilities: [{ id: "x", label: "X" }],
      tags: ["t"],
      manifest: {
        entry: "x.ts",
        inputs: { type: "object" },
        endpoints: [{ url: "https://a.example", protocol: "a2a" }],
      },
    });
    const { value, losses } = exported("a2a", document);
    expect(value).toMatchObject({
      description: "A",
      defaultInputModes: ["application/json"],
      defaultOutputModes: ["text/plain"],
      supportedInterfaces: [{ protocolBinding: "JSONRPC", protocolVersion: "1.0" }],
      skills: [{ description: "X", tags: ["t"] }],
    });
    expect(losses.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        "$.description",
        "$.manifest.modes.input",
        "$.manifest.modes.output",
        "$.capabilities[0].description",
        "$.capabilities[0].tags",
        "$.manifest.endpoints[0].binding",
        "$.manifest.inputs",
        "$.manifest.entry",
      ]),
    );
  });
});

describe("a server.json", () => {
  it.each(fixtures.filter(({ format }) => format === "mcp"))(
    "$file comes out of its manifest as it went in",
    (each) => {
      const { manifest } = imported("mcp", each.content);
      const { "x-team": _unknown, version, ...source } = { $schema: schema, ...JSON.parse(each.content) };
      const { value } = exported("mcp", published(manifest).publication.document);
      const title = (manifest as { name: string }).name;
      expect(value).toEqual({ title, ...source, version: version === "2025.11" ? "2025.11.0" : version });
    },
  );

  it("cuts descriptions to 100 characters, at a character's end, and says so", () => {
    const description = `${"x".repeat(98)}😀 and more`;
    const manifest = { agentId: "a", name: "A", version: "1.0.0", description, manifest: { entry: "x" } };
    const { value, losses } = exported("mcp", AgentVersionDocument.parse(manifest));
    expect(value).toMatchObject({ name: "acme/a", description: `${"x".repeat(98)}…` });
    expect(losses).toContainEqual({ path: "$.description", reason: "Cut to 100 characters" });
    expect(losses).toContainEqual({ path: "$.manifest", reason: expect.stringContaining("nothing can connect") });
  });
});

describe("an OASF record", () => {
  it("keeps the classes of its taxonomy, and its modules, through a manifest", () => {
    const { content } = fixture("oasf-marketing.json");
    const { publication } = published(imported("oasf", content).manifest);
    const { skills, domains, modules, locators, authors, created_at } = JSON.parse(content);
    expect(exported("oasf", publication.document).value).toMatchObject({
      skills,
      domains,
      modules,
      locators,
      authors,
      created_at,
      annotations: { team: "growth", "nofx/agentId": "example.org-marketing-strategist" },
    });
  });

  it("cannot be made of an agent without capabilities", () => {
    const document = AgentVersionDocument.parse({
      agentId: "a",
      name: "A",
      version: "1.0.0",
      manifest: { entry: "x" },
    });
    expect(exportDocument("oasf", document, context)).toEqual({ obstacle: expect.stringContaining("capabilities") });
  });

  it("holds the agent card of an A2A agent, and says nothing of it is lost", () => {
    const { publication } = published(imported("a2a", fixture("a2a-1.0-travel.json").content).manifest);
    const { value, losses } = exported("oasf", publication.document);
    expect(value.modules).toMatchObject([
      { name: "integration/a2a", id: 203, data: { card_data: { version: "2.4.1" } } },
    ]);
    expect(losses.map(({ path }) => path)).toEqual([
      "$.capabilities[0].id",
      "$.capabilities[1].id",
      "$.manifest.origin",
      "$.files",
    ]);
  });
});

describe("what the caller decides", () => {
  const { content } = fixture("a2a-1.0-minimal.json");

  it("is id and version; else they follow from name and version of the document", () => {
    expect(imported("a2a", content).manifest).toMatchObject({ agentId: "echo", version: "1.0.0" });
    const chosen = imported("a2a", content, { agentId: "other", version: "2.0.0" });
    expect(chosen.manifest).toMatchObject({ agentId: "other", version: "2.0.0" });
    expect(chosen.losses).toContainEqual({ path: "$.version", reason: expect.stringContaining("2.0.0") });
  });

  it("names of other scripts become ids all the same, always the same ones", () => {
    const text = content.replace('"name":"Echo"', '"name":"帳簿係"');
    const { agentId } = imported("a2a", text).manifest as { agentId: string };
    expect(agentId).toMatch(/^agent-[0-9a-f]{8}$/);
    expect(imported("a2a", text).manifest).toMatchObject({ agentId });
  });

  it("a version that means nothing is a problem, unless one is given", () => {
    const text = content.replace('"version":"1.0"', '"version":"newest"');
    expect(importDocument({ format: "a2a", content: text })).toMatchObject({
      problems: [{ path: "$.version", code: "version_unreadable" }],
    });
    expect(imported("a2a", text, { version: "1.0.0" }).manifest).toMatchObject({ version: "1.0.0" });
  });
});

describe("an origin that is claimed", () => {
  const { manifest } = imported("a2a", fixture("a2a-1.0-minimal.json").content);
  const base = manifest as { manifest: { origin: object }; files: { path: string; content: string }[] };
  const codes = (changed: unknown) => validateManifest(changed).errors.map(({ path, code }) => `${path} ${code}`);

  it("must be published, unchanged, and a document of its format", () => {
    expect(codes(base)).toEqual([]);
    expect(codes({ ...base, files: undefined })).toEqual(["$.manifest.origin.file origin_not_published"]);
    const other = [{ ...base.files[0], content: "{}" }];
    expect(codes({ ...base, files: other })).toEqual(["$.manifest.origin.digest origin_changed"]);
    const wrong = { ...base.manifest, origin: { ...base.manifest.origin, format: "mcp" } };
    expect(codes({ ...base, manifest: wrong })).toEqual(["$.manifest.origin.file origin_invalid"]);
  });
});
