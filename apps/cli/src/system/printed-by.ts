/** What a library prints that gives nothing back. Nothing else runs meanwhile. */
export const printedBy = (work: () => void): string => {
  const { log } = console;
  const lines: string[] = [];
  console.log = (line: string): void => void lines.push(line);
  try {
    work();
  } finally {
    console.log = log;
  }
  return lines.map((line) => `${line}\n`).join("");
};
