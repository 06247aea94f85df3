import { describe, expect, it } from 'vitest';
import { encodeChange } from '../../../../src/document/codec/change-encoder.ts';
import { nextHlc } from '../../../../src/document/hlc.ts';
import { StampTree } from '../../../../src/document/stamp-tree.ts';
import { type Moment, MomentRecorder } from '../../../../src/room/history/moments.ts';

const BEGIN = 1_900_000_000_000;

/** A recorder, and the moments that it has passed on. */
function recording(from = 0) {
  const moments: Moment[] = [];
  const start = { from, after: 0 };
  const recorder = new MomentRecorder(new StampTree(), start, (moment) => moments.push(moment));
  let end = from;
  /** Changes a cell so many seconds after the beginning, in a record of 100 bytes. */
  function change(seconds: number, id: string, cell: string, by = 'ann'): void {
    const at = BEGIN + seconds * 1000;
    const edit = { table: 't', row: 'r', id, cell, hlc: nextHlc(at, '') };
    end += 100;
    recorder.replay(encodeChange([edit]), { end, at, by: [by] });
  }
  return { moments, recorder, change };
}

const spans = (moments: Moment[]) => moments.map(({ from, to }) => [from, to]);

describe('a moment', () => {
  it('ends with the first change that comes a minute after its beginning', () => {
    const { moments, recorder, change } = recording(500);
    for (const second of [0, 30, 59.999, 60, 119, 500]) change(second, 'c', `${second}`);
    recorder.end();
    expect(spans(moments)).toEqual([
      [500, 800],
      [800, 1000],
      [1000, 1100],
    ]);
    const times = moments.map(({ since, until }) => [since - BEGIN, until - BEGIN]);
    expect(times).toEqual([
      [0, 59_999],
      [60_000, 119_000],
      [500_000, 500_000],
    ]);
  });

  it('ends earlier if what it has replaced is large, and does not keep what replaced that', () => {
    const { moments, change } = recording();
    const large = 'x'.repeat(200_000);
    for (const id of ['a', 'b']) change(0, id, large);
    for (const [second, id] of ['a', 'a', 'a', 'b'].entries())
      change(100 + second, id, `${second}${large.slice(1)}`);
    expect(spans(moments)).toEqual([[0, 200]]);
    change(105, 'c', 'small');
    expect(spans(moments)).toEqual([
      [0, 200],
      [200, 600],
    ]);
  });

  it('names each author once, and at most 16', () => {
    const { moments, recorder, change } = recording();
    for (const by of ['ann', 'ben', 'ann']) change(0, 'c', by, by);
    recorder.end();
    for (let author = 0; author < 20; author++) change(100, 'c', `${author}`, `${author}`);
    recorder.end();
    expect(moments[0]!.by).toEqual(['ann', 'ben']);
    expect(moments[1]!.by).toHaveLength(16);
  });

  it('without any change is none: its records count to the next one, but not its time', () => {
    const { moments, recorder, change } = recording();
    recorder.end();
    change(0, 'c', 'x');
    change(70, 'c', 'x', 'ben');
    change(200, 'c', 'y');
    recorder.end();
    expect(spans(moments)).toEqual([
      [0, 100],
      [100, 300],
    ]);
    expect(moments[1]).toMatchObject({ since: BEGIN + 200_000, by: ['ann'] });
  });
});
