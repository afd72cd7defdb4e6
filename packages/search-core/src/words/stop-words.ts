const stopWords = new Set(
  "a an and are as at be by can for from i in into is it me my need of on or that the this to want which with".split(
    " ",
  ),
);

/** Words that say nothing: they need not be there where others are asked for, too. */
export const isStopWord = (word: string): boolean => stopWords.has(word);
