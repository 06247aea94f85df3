import type { Writable } from 'node:stream';
import { progress } from '@clack/prompts';

/** The width of the bar, and the steps that it can show. */
const STEPS = 40;

/** The least milliseconds between two changes of the text. */
const INTERVAL = 200;

/** Shows on a terminal how far a command is. Elsewhere it shows nothing. */
export class Progress {
  readonly #bar: ReturnType<typeof progress> | undefined;
  readonly #unit: string;
  /** The amount at the end; undefined if nobody knows. */
  readonly #total: number | undefined;
  readonly #began = Date.now();
  /** What an earlier run has done does not count for the rate. */
  readonly #first: number;
  #shown = 0;
  #at = 0;

  constructor(output: Writable | undefined, title: string, unit: string, total?: number, done = 0) {
    this.#unit = unit;
    this.#total = total;
    this.#first = done;
    this.#bar = output && progress({ max: STEPS, size: STEPS, output });
    this.#bar?.start(title);
  }

  /** Shows an amount, with the rate in bytes or items and the remaining time. */
  show(done: number): void {
    const now = Date.now();
    if (!this.#bar || now - this.#at < INTERVAL) return;
    this.#at = now;
    const steps = this.#total ? Math.floor((Math.min(done, this.#total) / this.#total) * STEPS) : 0;
    this.#bar.advance(steps - this.#shown, this.#text(done, now));
    this.#shown = steps;
  }

  /** Removes the bar. */
  end(text: string): void {
    this.#bar?.stop(text);
  }

  #text(done: number, now: number): string {
    const rate = (done - this.#first) / Math.max(0.001, (now - this.#began) / 1000);
    const amount = `${amountOf(done, this.#unit)} · ${amountOf(rate, this.#unit)}/s`;
    if (this.#total === undefined || rate === 0) return amount;
    const left = Math.max(0, this.#total - done) / rate;
    return `${amount} · ${durationOf(left)} left`;
  }
}

const amountOf = (amount: number, unit: string): string =>
  unit === 'MB' ? `${(amount / 1e6).toFixed(1)} MB` : `${count(Math.round(amount))} ${unit}`;

/** A number with commas between its thousands. */
export const count = (number: number): string => number.toLocaleString('en-US');

function durationOf(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.ceil(whole / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
