/** Names the change that a write made in the feed. */
export const changeHeader = (changeId: string | undefined): Record<string, string> =>
  changeId === undefined ? {} : { "nofx-change": changeId };
