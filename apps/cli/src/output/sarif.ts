import type { FileFinding } from "@nofx/sync";
import packageJson from "../../package.json" with { type: "json" };
import { placedMessage } from "./findings.ts";

interface Rule {
  readonly id: string;
  readonly name: string;
  readonly shortDescription: { readonly text: string };
}

interface Result {
  readonly ruleId: string;
  readonly level: "error" | "warning";
  readonly message: { readonly text: string };
  readonly locations: readonly {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string; readonly uriBaseId: string };
      readonly region?: { readonly startLine: number; readonly startColumn: number };
    };
  }[];
}

/** The part of SARIF 2.1.0 that is written here. */
export interface SarifLog {
  readonly $schema: string;
  readonly version: "2.1.0";
  readonly runs: readonly {
    readonly tool: {
      readonly driver: { readonly name: string; readonly semanticVersion: string; readonly rules: readonly Rule[] };
    };
    readonly columnKind: "utf16CodeUnits";
    readonly results: readonly Result[];
  }[];
}

/** `code_like_this` as a name that code scanning lists. */
const nameOf = (code: string): string =>
  code
    .split("_")
    .map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`)
    .join("");

const resultOf = (finding: FileFinding): Result => {
  const { file, line, column, code, severity } = finding;
  const region = line === undefined ? {} : { region: { startLine: line, startColumn: column ?? 1 } };
  // encodeURI leaves what would begin a query or a fragment.
  const uri = encodeURI(file).replaceAll("?", "%3F").replaceAll("#", "%23");
  return {
    ruleId: code,
    level: severity,
    message: { text: placedMessage(finding) },
    locations: [{ physicalLocation: { artifactLocation: { uri, uriBaseId: "%SRCROOT%" }, ...region } }],
  };
};

/** Findings as SARIF 2.1.0, which code scanning takes. */
export const sarifLog = (findings: readonly FileFinding[]): SarifLog => {
  const codes = [...new Set(findings.map(({ code }) => code))].sort();
  const rules = codes.map((id): Rule => ({ id, name: nameOf(id), shortDescription: { text: id } }));
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "nofx", semanticVersion: packageJson.version, rules } },
        columnKind: "utf16CodeUnits",
        results: findings.map(resultOf),
      },
    ],
  };
};
