/** Calls `check` at most once in a turn of the event loop. A response can need many statements. */
export function onceATurn(check: () => void): () => void {
  let isChecked = false;
  return () => {
    if (isChecked) return;
    check();
    isChecked = true;
    setImmediate(() => {
      isChecked = false;
    });
  };
}
