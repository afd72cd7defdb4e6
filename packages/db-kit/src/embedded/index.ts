export * from "./server.ts";
export { type ServerUser, serverUser } from "./server-user.ts";
export { quickDirectory, startForTests } from "./test-server.ts";
