/** Asks once, and only if somebody wants to know: for what the rows of an answer share, and few clients select. */
export function lazily<Answer>(ask: () => Promise<Answer>): () => Promise<Answer> {
  let answer: Promise<Answer> | undefined;
  return () => {
    answer ??= ask();
    return answer;
  };
}
