/** `name@range` → its parts; a package without a range takes any version. */
export const packageParts = (entry: string): { readonly name: string; readonly range: string } => {
  const at = entry.lastIndexOf("@");
  return at > 0 ? { name: entry.slice(0, at), range: entry.slice(at + 1) } : { name: entry, range: "*" };
};
