export * from "./server.ts";
export { startForTests } from "./test-server.ts";
