import type { ShownExplanation, ShownRule } from '../../../../../shared/contracts/explain.ts';
import { short } from '../../../../../shared/display/format.ts';
import { partText, RULE_RESULT } from '../../../../../shared/display/rule_result.ts';
import { StateMark } from '../../parts/state_mark.tsx';
import { Table } from '../../parts/table.tsx';

/** An explanation: where the request goes, then each reason in the order in which it counts. */
export function Result({ explanation }: { explanation: ShownExplanation }) {
  const { outcome, origin, status, detail, balancer, rules, session, choice, pools, events, notes } =
    explanation;
  const order = choice?.order ?? [];
  return (
    <section aria-label="Explanation">
      <h2>
        {origin === undefined ? `${outcome}: ${status} ${detail ?? ''}` : `The request goes to ${origin}`}
      </h2>
      <dl>
        {balancer !== undefined && (
          <Fact name="load balancer">{`${balancer.id} (host ${balancer.host}, path ${balancer.path})`}</Fact>
        )}
        {session !== undefined && (
          <Fact name="session">{`by ${session.by}${session.named === undefined ? ', not begun' : `, at ${session.named}${session.kept ? ', stays there' : ', which cannot serve it'}`}`}</Fact>
        )}
        {choice !== undefined && (
          <Fact name="decision">{`${choice.decision}, ${choice.strategy} ${choice.variant}`}</Fact>
        )}
        {choice !== undefined && choice.settled_by !== '' && (
          <Fact name="settled">{`among the first ${choice.finalists}, by ${choice.settled_by}`}</Fact>
        )}
        {order.length > 0 && <Fact name="order">{order.join(', ')}</Fact>}
        {choice !== undefined && choice.draws.length > 0 && (
          <Fact name="drawn">{choice.draws.map((draw) => draw.toFixed(4)).join(', ')}</Fact>
        )}
        {events.length > 0 && <Fact name="events">{events.join(', ')}</Fact>}
        {notes.map((note) => (
          <Fact key={note} name="note">
            {note}
          </Fact>
        ))}
      </dl>
      {rules.length > 0 && (
        <Table
          caption="Pool sets and rules"
          columns={[
            { title: 'name', cell: ({ name }) => name },
            {
              title: 'result',
              cell: ({ result }) => RULE_RESULT[result],
            },
            { title: 'condition', cell: (rule) => <Condition rule={rule} /> },
          ]}
          rows={rules}
          keyOf={({ kind, name }) => `${kind} ${name}`}
          empty=""
        />
      )}
      <Table
        caption="Origins as they stand"
        columns={[
          { title: 'origin', cell: ({ one }) => <b>{one.id}</b> },
          {
            title: 'pool',
            cell: ({ pool }) => `${pool.out ?? 'candidate'}${pool.is_fallback ? ', fallback' : ''}`,
          },
          { title: 'health', cell: ({ one }) => <StateMark state={one.enabled ? one.health : 'disabled'} /> },
          { title: 'set to', cell: ({ one }) => <StateMark state={one.state ?? 'ready'} /> },
          { title: 'weight', number: true, cell: ({ one }) => short(one.weight) },
          {
            title: 'in effect',
            number: true,
            cell: ({ one }) => (one.effective_weight === undefined ? '–' : short(one.effective_weight)),
          },
          {
            title: 'in flight',
            number: true,
            cell: ({ one }) => `${one.inflight}${one.full ? ', full' : ''}`,
          },
          {
            title: 'ejected',
            cell: ({ one }) =>
              one.share === 0 ? 'yes' : one.share < 1 ? `back at ${short(100 * one.share)} %` : '',
          },
          {
            title: 'order',
            number: true,
            cell: ({ one }) => (order.includes(one.id) ? order.indexOf(one.id) + 1 : ''),
          },
        ]}
        rows={pools.flatMap((pool) => pool.origins.map((one) => ({ pool, one })))}
        keyOf={({ one }) => one.id}
        empty="No pool was looked at."
      />
    </section>
  );
}

/** The condition of a rule, and why it is false. */
function Condition({ rule: { result, condition, because = [] } }: { rule: ShownRule }) {
  if (condition === undefined) return UNPUBLISHED.includes(result) ? '–' : <code>always</code>;
  return (
    <>
      <code>{condition}</code>
      {because.map((part) => (
        <small key={part.condition}>
          <br />
          {partText(part)}
        </small>
      ))}
    </>
  );
}

/** Results of rules whose condition the gateway does not have. */
const UNPUBLISHED: readonly ShownRule['result'][] = ['disabled', 'never_true'];

function Fact({ name, children }: { name: string; children: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
