import { byKey, byValue, type Identity, pathLiteral } from "@nofx/versioning";
import { packageParts } from "./package-parts.ts";

/** Tools are names, or objects with one. */
const byNameOrValue: Identity = { key: "", member: (value) => byValue.member(value) ?? byKey("name").member(value) };

/** Packages are `name@range`; the name stays when the range moves. The filter is a regular expression (RFC 9485). */
const byPackage: Identity = {
  key: "",
  member: (value) => {
    if (typeof value !== "string") return undefined;
    const { name } = packageParts(value);
    const escaped = name.replace(/[\\.*+?()[\]{}|^$]/g, "\\$&");
    return { step: `[?match(@,${pathLiteral(`${escaped}(@.*)?`)})]`, name };
  },
};

/** The lists of an agent's document whose members have an identity. */
export const identities: Readonly<Record<string, Identity>> = {
  capabilities: byKey("id"),
  files: byKey("path"),
  tags: byValue,
  "manifest/capabilities": byValue,
  "manifest/permissions": byValue,
  "manifest/tools": byNameOrValue,
  "manifest/endpoints": byKey("url"),
  "manifest/dependencies/packages": byPackage,
};
