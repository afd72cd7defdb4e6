export type { BuilderServer } from "./caller.ts";
export { builderCompatibility } from "./suite/builder-compatibility.ts";
