import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import type { Days } from './accounts-by-day.ts';

const HEIGHT = 200;

interface DayChartProps {
  days: Days;
  /** What the chart shows, in words, for those who do not see it. */
  label: string;
}

/** A chart of a count by day, in the colours and the width of its place. */
export function DayChart({ days, label }: DayChartProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current!;
    const data: uPlot.AlignedData = [days.starts, days.totals];
    let chart = new uPlot(chartOptions(element), data, element);
    const observer = new ResizeObserver(() => {
      chart.setSize({ width: element.clientWidth, height: HEIGHT });
    });
    observer.observe(element);
    const repaint = () => {
      chart.destroy();
      chart = new uPlot(chartOptions(element), data, element);
    };
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', repaint);
    return () => {
      scheme.removeEventListener('change', repaint);
      observer.disconnect();
      chart.destroy();
    };
  }, [days]);
  return <div ref={place} className="chart" role="img" aria-label={label} />;
}

/** A canvas does not know the variables of the style sheet, so they are read here. */
function chartOptions(element: HTMLElement): uPlot.Options {
  const colour = (name: string) => resolvedColour(element, `var(--${name})`);
  const axis: uPlot.Axis = {
    stroke: colour('quiet'),
    grid: { stroke: colour('line'), width: 1 },
    ticks: { stroke: colour('line'), width: 1 },
    font: '12px system-ui, sans-serif',
  };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_chart, _least, most) => [0, Math.max(1, most * 1.1)] } },
    axes: [axis, { ...axis, incrs: WHOLE_NUMBERS }],
    series: [
      {},
      { stroke: colour('accent'), fill: colour('tint'), width: 2, points: { show: false } },
    ],
  };
}

const WHOLE_NUMBERS = [1, 2, 5]
  .flatMap((step) => [1, 10, 100, 1_000, 10_000].map((ten) => step * ten))
  .sort((one, other) => one - other);

/** The computed colour of a CSS colour, in the light or dark scheme of an element. */
function resolvedColour(element: HTMLElement, colour: string): string {
  const probe = element.appendChild(document.createElement('span'));
  probe.style.color = colour;
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
