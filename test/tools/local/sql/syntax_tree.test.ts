import { describe, expect, it } from 'vitest';
import { strangerIn } from '../../../../tools/local/sql/syntax_tree.ts';

const TREE = `SelectWithUnionQuery (children 1)
 ExpressionList (children 1)
  SelectQuery (children 2)
   ExpressionList (children 2)
    Function count (alias n) (children 1)
     ExpressionList
    Function countDistinct (children 1)
     ExpressionList (children 1)
      Identifier blob3
   TablesInSelectQuery (children 1)
    TablesInSelectQueryElement (children 1)
     TableExpression (children 1)
      TableIdentifier plimsoll_traffic_v1
`;

describe('strangerIn', () => {
  it('accepts a query of a dataset, and the list of tables', () => {
    expect(strangerIn(TREE)).toBeUndefined();
    expect(strangerIn(TREE.replace('plimsoll_traffic_v1', 'system.time_zones'))).toBeUndefined();
    expect(strangerIn('ShowTables\n')).toBeUndefined();
  });

  it.each([
    ['another function', 'Function count ', 'Function file ', 'Function file (alias n) (children 1)'],
    [
      'a function in another case',
      'Function count ',
      'Function COUNT ',
      'Function COUNT (alias n) (children 1)',
    ],
    ['a table function', 'TableIdentifier plimsoll_traffic_v1', 'Function format', 'Function format'],
    [
      'a function that is known, as a table',
      'TableIdentifier plimsoll_traffic_v1',
      'Function count',
      'Function count',
    ],
    ['a system table', 'plimsoll_traffic_v1', 'system.tables', 'TableIdentifier system.tables'],
    ['a table behind IN', 'Identifier blob3', 'Identifier system.users', 'Identifier system.users'],
    [
      'an output file',
      'SelectWithUnionQuery (children 1)',
      'SelectWithUnionQuery (children 2)',
      'SelectWithUnionQuery (children 2)',
    ],
    ['settings', 'Identifier blob3', 'Set', 'Set'],
    ['a part it does not know', 'Identifier blob3', 'ColumnsTransformerList', 'ColumnsTransformerList'],
    ['another statement', 'SelectWithUnionQuery (children 1)', 'InsertQuery', 'InsertQuery'],
  ])('names %s', (_, part, other, stranger) => {
    expect(strangerIn(TREE.replace(part, other))).toBe(stranger);
  });

  it('refuses an empty tree', () => expect(strangerIn('')).toBe('an empty query'));
});
