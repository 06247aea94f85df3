import { describe, expect, it, vi } from 'vitest';
import { describeError, logger, logName } from '../../../src/log.ts';

/** Text that an error message may quote: a client's own lines that look like stack frames. */
const QUOTED = 'no such table:\n    at secret (hunter2:1:1)\n    at hunter2:1:1';

describe('the log entry of an unexpected error', () => {
  it('contains its class and its location, and nothing of its message', () => {
    const told = describeError(new TypeError(QUOTED));
    expect(told.error).toBe('TypeError');
    expect(told.at).toMatch(/^at .*log\.test\.ts:\d+:\d+/);
    expect(JSON.stringify(told)).not.toContain('hunter2');
  });

  it('contains no name that is a text', () => {
    const error = Object.assign(new Error('x'), { name: 'hunter2 is my password' });
    expect(describeError(error).error).toBe('?');
    expect(describeError('hunter2')).toEqual({ error: 'string', at: '' });
  });

  it('contains only stack frames if the message was changed after the error was created', () => {
    const error = new Error(QUOTED);
    error.message = 'another one';
    expect(JSON.stringify(describeError(error))).not.toContain('secret');
  });
});

describe('a log line', () => {
  it('accepts constant texts and names, and its types accept no other text', () => {
    const print = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const log = logger('partykit', 'auth');
    const typed: string = 'whatever a client sent';
    log('event', { outcome: 'ok', count: 1, namespace: logName('todo') });
    // @ts-expect-error: a text of unknown origin
    log('event', { outcome: typed });
    expect(print).toHaveBeenCalledTimes(2);
    print.mockRestore();
  });

  it.each(['Ann@example.com', 'two words', 'a\nb'])('omits the name %j', (text) => {
    expect(logName(text)).toBe('?');
  });
});
