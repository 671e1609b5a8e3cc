import { describe, expect, it } from 'vitest';
import { beginTrace, eventsOf, mark } from '../../../../workers/gateway/exchange/trace.ts';

describe('the events of a request', () => {
  it('are the empty string where nothing happened', () => {
    expect(eventsOf(beginTrace())).toBe('');
  });

  it('are each there once, in alphabetical order, whatever the order in which they happened', () => {
    const trace = beginTrace();
    for (const event of ['shed', 'limited', 'rule:maintenance', 'shed']) mark(trace, event);
    expect(eventsOf(trace)).toBe('limited,rule:maintenance,shed');
  });
});
