/** Text that is shown as it is in a cell of a table in GitHub's Markdown: no link, no markup, no HTML. */
const markdownCell = (text: string): string =>
  text
    .replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign] ?? sign)
    .replace(/[\\`*_{}[\]()#+!|~@-]/g, (sign) => `\\${sign}`)
    .replace(/[^\S\r\n]*(?:\r\n|\r|\n)\s*/g, "<br>");

/** A table in GitHub's Markdown; its cells are texts. */
export const markdownTable = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows.map((row) => row.map(markdownCell))]
    .map((row) => `| ${row.join(" | ")} |`)
    .join("\n");
