/** Returns a function that calls `load` the first time only and then returns the same promise, also if it rejects. */
export function once<Result>(load: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined;
  return () => {
    result ??= load();
    return result;
  };
}
