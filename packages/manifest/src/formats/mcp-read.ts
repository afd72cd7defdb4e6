import { manifestLimits } from "@nofx/contract-registry";
import { endpointsOf, type Format, filled, keptInOriginal, problemsIn, set } from "./conversion.ts";
import { type Ledger, openLedger } from "./ledger.ts";
import { ServerJson } from "./mcp.schema.ts";

const schemaDate = /\/schemas\/(\d{4}-\d{2}-\d{2})\//;

const remotesOf = ({ remotes = [] }: ServerJson, ledger: Ledger) =>
  endpointsOf(
    remotes.map(({ type, url, headers, variables }, index) => {
      const at = ["remotes", index];
      ledger.kept(at, ["type", "url", "headers", "variables"]);
      return { at, endpoint: set({ url, protocol: "mcp", transport: type, headers, variables }) };
    }),
    ledger,
  );

const packagesOf = ({ packages = [] }: ServerJson, ledger: Ledger) => {
  const { packagesMax } = manifestLimits;
  const usable = packages.slice(0, packagesMax).filter(({ registryType, identifier }, index) => {
    const fits = registryType.length <= 64 && identifier.length <= 2048;
    if (fits) ledger.kept(["packages"], [index]);
    else ledger.lose(["packages", index], "Its registry type or identifier is too long");
    return fits;
  });
  packages.slice(packagesMax).forEach((_entry, index) => {
    ledger.lose(["packages", packagesMax + index], `An agent has at most ${packagesMax} packages`);
  });
  return filled(usable);
};

/** Reads the `server.json` of an MCP server. */
export const readServer: Format["read"] = (source) => {
  const parsed = ServerJson.safeParse(source);
  if (!parsed.success) return problemsIn(parsed.error);
  const server = parsed.data;
  const ledger = openLedger(source, keptInOriginal);
  const { name, description, title, websiteUrl, repository, icons, _meta } = server;
  ledger.kept([], ["$schema", "name", "title", "description", "version", "websiteUrl", "repository", "icons", "_meta"]);
  const endpoints = remotesOf(server, ledger);
  const packages = packagesOf(server, ledger);
  const manifest = {
    name: title ?? ledger.keepText(["name"], name, 120),
    description,
    metadata: set({ owner: name.split("/")[0], homepage: websiteUrl, repository }),
    manifest: set({ endpoints, packages, interop: { mcp: set({ name, icons, _meta }) } }),
  };
  const formatVersion = schemaDate.exec(server.$schema ?? "")?.[1] ?? "2025-12-11";
  return { manifest, name, version: server.version, formatVersion, losses: ledger.settle() };
};
