import { manifestLimits } from "@nofx/contract-registry";
import { asArray, asObject } from "@nofx/document";
import { endpointsOf, type Format, filled, keptInOriginal, type Place, problemsIn, set } from "./conversion.ts";
import { distinct, idOf } from "./identity.ts";
import { type Ledger, openLedger } from "./ledger.ts";
import { OasfRecord } from "./oasf.schema.ts";

const reasons = {
  "$.signature": "A signature holds for the original document, not for one that is made from a manifest",
  "$.previous_record_cid": "Versions of an agent follow each other by number; it stays in the original document only",
};

const capabilitiesOf = ({ skills }: OasfRecord, ledger: Ledger) => {
  const { capabilitiesMax } = manifestLimits;
  const some = skills.slice(0, capabilitiesMax);
  skills.slice(capabilitiesMax).forEach((_skill, index) => {
    ledger.lose(["skills", capabilitiesMax + index], `An agent has at most ${capabilitiesMax} capabilities`);
  });
  const names = some.map(({ id, name }) => name ?? `skill-${id}`);
  const ids = distinct(names.map((name) => idOf(name, "skill")));
  return some.map(({ id, name, annotations }, index) => {
    ledger.kept(["skills", index], ["id", "name", "annotations"]);
    // The class as a whole, so that it can be told to a directory again.
    const label = names[index]?.slice(0, 120) ?? "";
    return { id: ids[index] ?? "", label, oasf: set({ id, name, annotations }) };
  });
};

/** A2A interfaces and MCP connections of the integration modules; the modules themselves stay as they are. */
const placesOf = ({ modules = [] }: OasfRecord): Place[] =>
  modules.flatMap(({ name, data }, index) => {
    const at = ["modules", index, "data"];
    if (name === "integration/a2a") {
      const card = asObject(data.card_data);
      const interfaces = asArray(card.supportedInterfaces).map(asObject);
      const old = { url: card.url, protocolBinding: card.preferredTransport, protocolVersion: card.protocolVersion };
      return (interfaces.length > 0 ? interfaces : [old]).flatMap(({ url, protocolBinding, protocolVersion }) =>
        typeof url === "string"
          ? [{ at, endpoint: set({ url, protocol: "a2a", binding: protocolBinding, protocolVersion }) }]
          : [],
      );
    }
    if (name !== "integration/mcp") return [];
    return asArray(data.connections)
      .map(asObject)
      .flatMap(({ url, type }) =>
        typeof url === "string" ? [{ at, endpoint: { url, protocol: "mcp", transport: type } }] : [],
      );
  });

const packagesOf = ({ locators = [] }: OasfRecord) =>
  filled(
    locators
      .filter(({ type }) => type === "container_image")
      .flatMap(({ urls }) => urls)
      .filter((url) => url.length <= 2048)
      .slice(0, manifestLimits.packagesMax)
      .map((identifier) => ({ registryType: "oci", identifier })),
  );

/** Reads an OASF record. */
export const readRecord: Format["read"] = (source) => {
  const parsed = OasfRecord.safeParse(source);
  if (!parsed.success) return problemsIn(parsed.error);
  const record = parsed.data;
  const ledger = openLedger(source, keptInOriginal);
  const { name, description, version, authors, created_at, schema_version, domains, modules, locators, annotations } =
    record;
  ledger.kept([], ["version", "schema_version", "authors", "created_at"]);
  ledger.kept([], ["domains", "modules", "locators", "annotations"]);
  const capabilities = capabilitiesOf(record, ledger);
  const repository = locators?.find(({ type }) => type === "source_code")?.urls[0];
  const own = set({ domains, modules, locators, annotations });
  const manifest = {
    name: ledger.keepText(["name"], name, 120),
    description: ledger.keepText(["description"], description, 2000),
    capabilities,
    metadata: set({ owner: authors[0], authors, createdAt: created_at, repository }),
    manifest: set({
      capabilities: capabilities.map(({ id }) => id),
      endpoints: endpointsOf(placesOf(record), ledger),
      packages: packagesOf(record),
      interop: filled(own) && { oasf: own },
    }),
  };
  return { manifest, name, version, formatVersion: schema_version, losses: ledger.settle(reasons) };
};
