import { z } from 'zod';

/** What a series of a graph shows. */
export interface Series {
  readonly label: string;
  readonly color: string | undefined;
  /** Name of the metric, or the expression: what the series is about. */
  readonly about: string;
  /** On the axis at the right. */
  readonly isRight: boolean;
}

/** A widget of a dashboard, on its grid of 24 columns. */
export interface Widget {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly shown:
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'alarms'; readonly title: string; readonly alarms: readonly string[] }
    | {
        readonly kind: 'graph';
        readonly title: string;
        readonly stacked: boolean;
        readonly axis: string;
        readonly series: readonly Series[];
      }
    | { readonly kind: 'numbers'; readonly title: string; readonly series: readonly Series[] };
}

/** Amazon CloudWatch API Reference, "Dashboard Body Structure and Syntax": what is drawn of it. */
const bodySchema = z.object({
  widgets: z.array(
    z.object({
      type: z.enum(['text', 'alarm', 'metric']),
      x: z.number(),
      y: z.number(),
      width: z.number(),
      height: z.number(),
      properties: z.object({
        markdown: z.string().optional(),
        title: z.string().default(''),
        alarms: z.array(z.string()).default([]),
        view: z.string().optional(),
        stacked: z.boolean().default(false),
        metrics: z.array(z.array(z.unknown())).default([]),
        yAxis: z.object({ left: z.object({ label: z.string().optional() }).optional() }).optional(),
      }),
    }),
  ),
});

const optionsSchema = z.object({
  label: z.string().optional(),
  expression: z.string().optional(),
  visible: z.boolean().default(true),
  color: z.string().optional(),
  yAxis: z.string().optional(),
});

/**
 * A metric is its namespace, its name, its dimensions and, last, its options; an expression is
 * options alone.
 */
const seriesOf = (metric: readonly unknown[]): Series[] => {
  const { label, expression, visible, color, yAxis } = optionsSchema
    .catch({ visible: true })
    .parse(metric.at(-1));
  if (!visible) return [];
  const about = expression ?? String(metric[1]);
  return [{ label: label ?? about, color, about, isRight: yAxis === 'right' }];
};

/**
 * The name that the runbook has, from a reference to the alarm: the path before it and the
 * attribute after it say nothing.
 */
const alarmName = (reference: string): string =>
  reference.replace(/^\$\{.*?Monitoring/, '').replace(/\.Arn\}$/, '');

/** Reads the body of a dashboard. */
export const readDashboard = (body: string): Widget[] =>
  bodySchema.parse(JSON.parse(body)).widgets.map(({ type, properties, ...place }): Widget => {
    const { markdown = '', title, alarms, view, stacked, metrics, yAxis } = properties;
    const series = metrics.flatMap(seriesOf);
    switch (type) {
      case 'text':
        return { ...place, shown: { kind: 'text', text: markdown.replace(/^#+\s*/, '') } };
      case 'alarm':
        return { ...place, shown: { kind: 'alarms', title, alarms: alarms.map(alarmName) } };
      case 'metric':
        if (view === 'singleValue') return { ...place, shown: { kind: 'numbers', title, series } };
        return {
          ...place,
          shown: { kind: 'graph', title, stacked, axis: yAxis?.left?.label ?? '', series },
        };
    }
  });
