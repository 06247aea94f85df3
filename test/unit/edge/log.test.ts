import { describe, expect, it, vi } from 'vitest';
import { describeError, logger, logName } from '../../../src/log.ts';

/** What a message may quote: lines of a client's own that look like frames of a stack. */
const QUOTED = 'no such table:\n    at secret (hunter2:1:1)\n    at hunter2:1:1';

describe('what the log tells of a surprise', () => {
  it('is its class and where it arose, and nothing of its message', () => {
    const told = describeError(new TypeError(QUOTED));
    expect(told.error).toBe('TypeError');
    expect(told.at).toMatch(/^at .*log\.test\.ts:\d+:\d+/);
    expect(JSON.stringify(told)).not.toContain('hunter2');
  });

  it('is no name that is a text', () => {
    const error = Object.assign(new Error('x'), { name: 'hunter2 is my password' });
    expect(describeError(error).error).toBe('?');
    expect(describeError('hunter2')).toEqual({ error: 'string', at: '' });
  });

  it('holds only frames where the message was changed after the error was made', () => {
    const error = new Error(QUOTED);
    error.message = 'another one';
    expect(JSON.stringify(describeError(error))).not.toContain('secret');
  });
});

describe('a line of the log', () => {
  it('takes texts of our own and names, and by its type no other', () => {
    const print = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const log = logger('partykit', 'auth');
    const typed: string = 'whatever a client sent';
    log('event', { outcome: 'ok', count: 1, namespace: logName('todo') });
    // @ts-expect-error: a text of unknown origin
    log('event', { outcome: typed });
    expect(print).toHaveBeenCalledTimes(2);
    print.mockRestore();
  });

  it.each(['Ann@example.com', 'two words', 'a\nb'])('has no name of %j', (text) => {
    expect(logName(text)).toBe('?');
  });
});
