/**
 * Rearranges the values from index `first` to `last`: the value at index `rank` is the one that would be there after
 * sorting. The values before it are not larger, and the values after it are not smaller.
 *
 * This is the selection algorithm of Floyd and Rivest. It first selects in a small range around the rank. The value at the
 * rank is then close to the wanted value, which makes it a good pivot: few values remain for the next pass.
 */
export function selectRank(values: Float64Array, rank: number, first: number, last: number): void {
  let low = first;
  let high = last;
  while (high > low) {
    if (high - low > 600) {
      const { from, to } = rangeOfPivot(rank, low, high);
      selectRank(values, rank, from, to);
    }
    const pivot = at(values, rank);
    let left = low;
    let right = high;
    while (left <= right) {
      while (at(values, left) < pivot) left += 1;
      while (at(values, right) > pivot) right -= 1;
      if (left > right) break;
      const value = at(values, left);
      values[left] = at(values, right);
      values[right] = value;
      left += 1;
      right -= 1;
    }
    // The values up to `right` are not larger than the pivot, those from `left` not smaller. The values in between are equal to it.
    if (rank >= left) low = left;
    else if (rank <= right) high = right;
    else return;
  }
}

/** Returns a range of indexes around the rank. Its size is about the number of values to the power of 2/3. */
function rangeOfPivot(rank: number, low: number, high: number): { from: number; to: number } {
  const count = high - low + 1;
  const position = rank - low + 1;
  const logarithm = Math.log(count);
  const size = 0.5 * Math.exp((2 * logarithm) / 3);
  // Moves the range away from the middle, so that the pivot most likely leaves only a short part to search.
  const shift =
    0.5 * Math.sqrt((logarithm * size * (count - size)) / count) * Math.sign(position - count / 2);
  return {
    from: Math.max(low, Math.floor(rank - (position * size) / count + shift)),
    to: Math.min(high, Math.floor(rank + ((count - position) * size) / count + shift)),
  };
}

function at(values: Float64Array, index: number): number {
  return values[index] ?? Number.NaN;
}
