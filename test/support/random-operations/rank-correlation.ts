/** Spearman's rank correlation of two lists of equal length: 1 if they rise together, 0 if they are unrelated. */
export function rankCorrelation(some: readonly number[], others: readonly number[]): number {
  return correlation(ranks(some), ranks(others));
}

/** Equal values get the average of their ranks. */
function ranks(values: readonly number[]): number[] {
  const order = values.map((value, index) => ({ value, index })).toSorted((a, b) => a.value - b.value);
  const found = values.map(() => 0);
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (order[end]?.value === order[start]?.value && end < order.length) end += 1;
    for (const { index } of order.slice(start, end)) found[index] = (start + end - 1) / 2;
    start = end;
  }
  return found;
}

function correlation(some: readonly number[], others: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [a, b] = [mean(some), mean(others)];
  let [product, squaresA, squaresB] = [0, 0, 0];
  for (const [index, value] of some.entries()) {
    const [x, y] = [value - a, (others[index] ?? 0) - b];
    product += x * y;
    squaresA += x * x;
    squaresB += y * y;
  }
  return product / Math.sqrt(squaresA * squaresB);
}
