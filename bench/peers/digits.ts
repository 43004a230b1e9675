/** Three significant digits at least: 0.123, 1.23, 12.3, 123, 1,234. */
export function digits(value: number): string {
  const size = Math.abs(value);
  const decimals = size < 1 ? 3 : size < 10 ? 2 : size < 100 ? 1 : 0;
  return value.toLocaleString('en-US', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
}
