/** Whether one of the states in If-Match is the resource's. Its ETag is its revision, a dot, and a hash of the bytes. */
export const isStateOf = (ifMatch: readonly string[] | undefined, revision: string): boolean =>
  ifMatch === undefined || ifMatch.some((tag) => tag.split(".")[0] === revision);
