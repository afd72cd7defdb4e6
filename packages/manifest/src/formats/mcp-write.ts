import type { AgentVersionDocument } from "@nofx/contract-registry";
import { asObject } from "@nofx/document";
import { containers, type ExportContext, type Exported, filled, set } from "./conversion.ts";
import { cut, type Ledger, openLedger } from "./ledger.ts";
import { Icon, Package, Remote, Repository, ServerName } from "./mcp.schema.ts";

const schemaUrl = "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json";
const otherwise = "A server.json has no place for it";
const reasons: Readonly<Record<string, string>> = {
  "$.manifest.endpoints[*]": "A server.json lists MCP remotes only",
  "$.manifest.packages[*]": "Is no package of an MCP server: see the schema of server.json",
  "$.manifest.mcpServers": "The servers that an agent uses are not the server that it is",
  "$.manifest.origin": "The document is made from the manifest, not the original one",
  "$.metadata.owner": "A server.json names its owner by the namespace of its name",
};

/** Whether a version is an MCP server: it answers as one, or comes in a package that does, or was imported as one. */
export const isMcpServer = ({ manifest }: AgentVersionDocument): boolean =>
  manifest.origin?.format === "mcp" ||
  (manifest.endpoints ?? []).some(({ protocol }) => protocol === "mcp") ||
  (manifest.packages ?? []).some((entry) => Package.safeParse(entry).success);

/**
 * The reverse-DNS name that a version claims as an MCP server. A namespace without a dot is nobody's domain: such names
 * are ignored, so that they cannot be taken for a tenant's.
 */
export const mcpNameOf = ({ manifest }: AgentVersionDocument): string | undefined => {
  const name = ServerName.safeParse(manifest.interop?.mcp?.name).data;
  return name?.split("/")[0]?.includes(".") ? name : undefined;
};

const remotesOf = ({ manifest }: AgentVersionDocument, ledger: Ledger): unknown[] =>
  (manifest.endpoints ?? []).flatMap((endpoint, index) => {
    if (endpoint.protocol !== "mcp") return [];
    const at = ["manifest", "endpoints", index];
    const { url, headers, variables, transport = "streamable-http" } = endpoint;
    const remote = Remote.safeParse(set({ type: transport, url, headers, variables }));
    if (!remote.success) return [];
    ledger.kept(at, ["url", "protocol", "transport", "headers", "variables"]);
    if (endpoint.transport === undefined) ledger.lose([...at, "transport"], "Not said; streamable-http is assumed");
    return [remote.data];
  });

const packagesOf = ({ manifest }: AgentVersionDocument, ledger: Ledger): unknown[] =>
  (manifest.packages ?? []).filter((entry, index) => {
    const isPackage = Package.safeParse(entry).success;
    if (isPackage) ledger.kept(["manifest", "packages"], [index]);
    return isPackage;
  });

const repositoryOf = ({ metadata }: AgentVersionDocument, ledger: Ledger): unknown => {
  const repository = Repository.safeParse(metadata?.repository).data;
  if (repository) ledger.kept(["metadata"], ["repository"]);
  return repository;
};

const websiteOf = ({ metadata = {} }: AgentVersionDocument, ledger: Ledger): unknown => {
  const key = ["homepage", "documentationUrl"].find((candidate) => URL.canParse(String(metadata[candidate] ?? "")));
  return key && ledger.keep(["metadata", key], metadata[key]);
};

/** What only MCP knows, as far as it is still what MCP knows. */
const ownOf = ({ manifest }: AgentVersionDocument, ledger: Ledger): Record<string, unknown> => {
  const { icons, _meta } = asObject(manifest.interop?.mcp);
  const at = ["manifest", "interop", "mcp"];
  const usable = Icon.array().safeParse(icons).data;
  if (usable) ledger.kept(at, ["icons"]);
  if (asObject(_meta) === _meta) ledger.kept(at, ["_meta"]);
  return { icons: usable && filled(usable), _meta: filled(asObject(_meta)) };
};

const nameOf = (document: AgentVersionDocument, tenant: string, ledger: Ledger): string => {
  const claimed = ServerName.safeParse(document.manifest.interop?.mcp?.name).data;
  if (claimed === undefined) return `${tenant}/${ledger.keep(["agentId"], document.agentId)}`;
  ledger.lose(["agentId"], `The server is called "${claimed}" there`);
  if (document.metadata?.owner === claimed.split("/")[0]) ledger.kept(["metadata"], ["owner"]);
  return ledger.keep(["manifest", "interop", "mcp", "name"], claimed);
};

/** Writes a `server.json`. It can always be written; without a package or MCP endpoint nothing can connect by it. */
export const writeServer = (document: AgentVersionDocument, { tenant }: ExportContext): Exported => {
  const ledger = openLedger(document, otherwise, containers);
  const { name, version, description } = document;
  ledger.kept([], ["version"]);
  if (!description) ledger.lose(["description"], "MCP requires a description; the name is repeated");
  const remotes = remotesOf(document, ledger);
  const packages = packagesOf(document, ledger);
  if (remotes.length + packages.length === 0) {
    ledger.note(
      ["manifest"],
      "Neither a package nor an endpoint of protocol `mcp`: nothing can connect by this document",
    );
  }
  const server = set({
    $schema: schemaUrl,
    name: nameOf(document, tenant, ledger),
    title: ledger.keepText(["name"], name, 100),
    description: description ? ledger.keepText(["description"], description, 100) : cut(name, 100),
    version,
    websiteUrl: websiteOf(document, ledger),
    repository: repositoryOf(document, ledger),
    ...ownOf(document, ledger),
    packages: filled(packages),
    remotes: filled(remotes),
  });
  return { document: server, losses: ledger.settle(reasons) };
};
