/** Whether names lead to a place: in its steps, `*` is any one name, `**` any further ones. */
export const fits = (steps: readonly string[], names: readonly string[]): boolean => {
  const isOpen = steps.at(-1) === "**";
  const fixed = isOpen ? steps.slice(0, -1) : steps;
  if (isOpen ? names.length <= fixed.length : names.length !== fixed.length) return false;
  return fixed.every((step, index) => step === "*" || step === names[index]);
};

/** What is said of places, by their names from the root joined with slashes: `manifest/tools`, `variables/*`. */
export type Places<T> = Readonly<Record<string, T>>;

/** Makes what finds what is said of the place that names lead to; the first that fits counts. */
export const placeFinder = <T>(places: Places<T>): ((names: readonly string[]) => T | undefined) => {
  const patterns = Object.entries(places).map(([place, value]) => ({ steps: place.split("/"), value }));
  return (names) => patterns.find(({ steps }) => fits(steps, names))?.value;
};
