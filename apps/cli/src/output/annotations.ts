import type { FileFinding } from "@nofx/sync";
import { placedMessage } from "./findings.ts";

/** As GitHub's own toolkit writes them: what would end the command or its properties is encoded. */
const escapeData = (text: string): string =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const escapeProperty = (text: string): string => escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

const annotation = ({ severity, ...finding }: FileFinding): string => {
  const { file, line, column, code } = finding;
  const properties = { file, line, col: line === undefined ? undefined : column, title: `nofx ${code}` };
  const told = Object.entries(properties)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  return `::${severity} ${told.join(",")}::${escapeData(placedMessage(finding))}`;
};

/** Findings as workflow commands of GitHub Actions, which shows each at its line. Nothing in them can be another command. */
export const annotations = (findings: readonly FileFinding[]): string => findings.map(annotation).join("\n");
