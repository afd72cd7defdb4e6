import type { Server } from "node:http";
import type { Socket } from "node:net";

/** Ends a server's connections when it stops. */
export interface OpenConnections {
  /** Ends those on which nothing is asked, also such as were never used, and every other one behind its last answer. */
  endWhenIdle(): void;
}

/** Watches a server's connections. What Node itself calls idle leaves out those on which nothing was ever asked. */
export const openConnections = (server: Server): OpenConnections => {
  const inFlight = new Map<Socket, number>();
  let isEnding = false;
  const count = (socket: Socket, more: 1 | -1): void => {
    const requests = (inFlight.get(socket) ?? 0) + more;
    if (inFlight.has(socket)) inFlight.set(socket, requests);
    if (isEnding && requests === 0) socket.destroySoon();
  };
  server.on("connection", (socket: Socket) => {
    inFlight.set(socket, 0);
    socket.once("close", () => inFlight.delete(socket));
    if (isEnding) socket.destroy();
  });
  server.on("request", ({ socket }, response) => {
    count(socket, 1);
    response.once("close", () => count(socket, -1));
  });
  return {
    endWhenIdle: () => {
      isEnding = true;
      for (const [socket, requests] of inFlight) if (requests === 0) socket.destroy();
    },
  };
};
