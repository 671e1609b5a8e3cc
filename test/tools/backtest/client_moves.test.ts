import { describe, expect, it } from 'vitest';
import { ClientMoves } from '../../../tools/backtest/client_moves.ts';

describe('ClientMoves', () => {
  it('assigns a client to the origin with most of its requests', () => {
    const moves = new ClientMoves();
    moves.before('1', 'p/a', 3);
    moves.before('1', 'p/b', 2);
    moves.after('1', 'p/b', 1);
    moves.after('1', 'p/a', 4);
    moves.before('2', 'p/a', 1);
    moves.after('2', 'p/b', 1);
    expect(moves.moves).toEqual({ clients: 2, moved_clients: 1 });
  });

  it('does not count a client with requests on one side only', () => {
    const moves = new ClientMoves();
    moves.before('1', 'p/a', 1);
    moves.after('2', 'p/b', 1);
    expect(moves.moves).toEqual({ clients: 0, moved_clients: 0 });
  });

  it('adds up requests, and breaks ties by name', () => {
    const moves = new ClientMoves();
    for (const origin of ['p/a', 'p/b', 'p/b', 'p/a']) moves.before('1', origin, 1);
    for (const origin of ['p/b', 'p/a']) moves.after('1', origin, 1);
    expect(moves.moves).toEqual({ clients: 1, moved_clients: 0 });
  });
});
