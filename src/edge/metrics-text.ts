/** One metric in the text format of Prometheus. All of ours are gauges. */
export interface Metric {
  name: string;
  help: string;
  samples: Array<{ labels: Record<string, string>; value: number }>;
}

/**
 * Writes metrics in the text format of Prometheus, version 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats/).
 */
export const writeMetrics = (metrics: Metric[]): string => metrics.map(writeMetric).join('');

function writeMetric({ name, help, samples }: Metric): string {
  const head = [`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} gauge`];
  const lines = samples.map(({ labels, value }) => `${name}${writeLabels(labels)} ${value}`);
  return [...head, ...lines].map((line) => `${line}\n`).join('');
}

const writeLabels = (labels: Record<string, string>): string => {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return `{${pairs.join(',')}}`;
};

const escapeHelp = (text: string): string => text.replace(/[\\\n]/g, escapeOf);

const escapeLabel = (text: string): string => text.replace(/[\\\n"]/g, escapeOf);

const escapeOf = (character: string): string => (character === '\n' ? '\\n' : `\\${character}`);
