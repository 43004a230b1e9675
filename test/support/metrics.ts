import type { TestClient } from './app.ts';

type Labels = Readonly<Record<string, string>>;

export interface ReadMetrics {
  readonly text: string;
  /** The value with exactly these labels. */
  value(name: string, labels: Labels): number | undefined;
  /** The sum of all values with at least these labels. */
  total(name: string, labels: Labels): number;
}

/** Parses the metrics as Prometheus does. */
export async function metricsOf(app: Pick<TestClient, 'fetch'>): Promise<ReadMetrics> {
  const text = await (await app.fetch('http://test/metrics')).text();
  const samples = [...text.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm)].map(([, name, labels = '', value]) => ({
    name,
    labels: Object.fromEntries([...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, is]) => [key, is])),
    value: Number(value),
  }));
  const having = (name: string, labels: Labels) =>
    samples.filter(
      (sample) =>
        sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
    );
  return {
    text,
    value: (name, labels) =>
      having(name, labels).find((sample) => Object.keys(sample.labels).length === Object.keys(labels).length)
        ?.value,
    total: (name, labels) => having(name, labels).reduce((sum, { value }) => sum + value, 0),
  };
}
