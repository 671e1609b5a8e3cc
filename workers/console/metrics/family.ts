/** A metric with its samples, in Prometheus's sense. All of ours are gauges: see status_metrics.ts. */
export interface Family {
  /** With its unit at the end: `plimsoll_health_age_seconds`. */
  name: string;
  help: string;
  samples: readonly Sample[];
}

export interface Sample {
  labels?: Readonly<Record<string, string>>;
  value: number;
}

/** The two forms that scrapers ask for. */
export const FORMATS = {
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  text: 'text/plain; version=0.0.4; charset=utf-8',
} as const;

export type Format = keyof typeof FORMATS;

/**
 * Writes metrics. Families without samples are left out.
 * https://prometheus.io/docs/specs/om/open_metrics_spec/, https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function exposition(families: readonly Family[], format: Format): string {
  const lines: string[] = [];
  for (const { name, help, samples } of families) {
    if (samples.length === 0) continue;
    lines.push(`# HELP ${name} ${escaped(help)}`, `# TYPE ${name} gauge`);
    if (format === 'openmetrics' && name.endsWith('_seconds')) lines.push(`# UNIT ${name} seconds`);
    for (const { labels = {}, value } of samples)
      lines.push(`${name}${labelsText(labels)} ${valueText(value)}`);
  }
  if (format === 'openmetrics') lines.push('# EOF');
  return `${lines.join('\n')}\n`;
}

/** The form that a scraper prefers. Without a word about it, plain text, which every tool reads. */
export function formatFor(accept: string | null): Format {
  return accept?.includes('application/openmetrics-text') ? 'openmetrics' : 'text';
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function valueText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : '-Inf';
}
