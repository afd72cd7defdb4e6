/** All texts in a compiled request's content, however it nests them, in order and in lines. */
export const textOf = (content: unknown): string => {
  if (typeof content === "string") return content;
  if (typeof content !== "object" || content === null) return "";
  return Object.values(content).map(textOf).join("\n");
};
