export { contractSuite, type Exceptions } from "./contract-suite.ts";
