export * from "./server.ts";
export { type ServerUser, serverUser } from "./server-user.ts";
export { startPrimaryForTests, startReplicaForTests, type TestReplica } from "./test-replica.ts";
export { quickDirectory, startForTests } from "./test-server.ts";
