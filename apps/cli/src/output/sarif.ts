import type { FileFinding } from "@nofx/sync";
import type { Log, ReportingDescriptor, Result } from "sarif";
import packageJson from "../../package.json" with { type: "json" };
import { placedMessage } from "./findings.ts";

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
export const sarifLog = (findings: readonly FileFinding[]): Log => {
  const codes = [...new Set(findings.map(({ code }) => code))].sort();
  const rules = codes.map((id): ReportingDescriptor => ({ id, name: nameOf(id), shortDescription: { text: id } }));
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
