/** Returns a function that calls `load` once. Later calls return the first promise, even if it was rejected. */
export function once<Result>(load: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined;
  return () => {
    result ??= load();
    return result;
  };
}
