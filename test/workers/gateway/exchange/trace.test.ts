import { describe, expect, it } from 'vitest';
import { beginTrace, eventsOf, mark } from '../../../../workers/gateway/exchange/trace.ts';

describe('the events of a request', () => {
  it('are the empty string if nothing happened', () => {
    expect(eventsOf(beginTrace())).toBe('');
  });

  it('are listed once each, in alphabetical order', () => {
    const trace = beginTrace();
    for (const event of ['shed', 'limited', 'rule:maintenance', 'shed']) mark(trace, event);
    expect(eventsOf(trace)).toBe('limited,rule:maintenance,shed');
  });
});
