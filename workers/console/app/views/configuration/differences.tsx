import type { Difference } from '../../../../../shared/contracts/history.ts';
import { Table } from '../../parts/table.tsx';

interface Field {
  object: string;
  pointer: string;
  before: unknown;
  after: unknown;
}

/** What differs between two configurations, by object and field. */
export function Differences({
  caption,
  differences,
}: {
  caption: string;
  differences: readonly Difference[];
}) {
  return (
    <Table
      caption={caption}
      columns={[
        { title: 'object', cell: ({ object }) => object },
        { title: 'field', cell: ({ pointer }) => <code>{pointer}</code> },
        { title: 'before', cell: ({ before }) => <code>{textOf(before)}</code> },
        { title: 'after', cell: ({ after }) => <code>{textOf(after)}</code> },
      ]}
      rows={differences.flatMap(fieldsOf)}
      keyOf={({ object, pointer }) => `${object} ${pointer}`}
      empty="The objects are the same: a comment or the order changed."
    />
  );
}

function fieldsOf({ list, key, change, fields }: Difference): Field[] {
  const object = `${change} ${list} ${key}`.trim();
  return fields.length === 0
    ? [{ object, pointer: '', before: undefined, after: undefined }]
    : fields.map(({ pointer, before, after }) => ({ object, pointer, before, after }));
}

function textOf(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(value);
}
