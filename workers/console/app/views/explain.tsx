import { useState } from 'preact/hooks';
import type { ShownExplanation } from '../../../../shared/contracts/explain.ts';
import { short } from '../../../../shared/display/format.ts';
import { ask } from '../data/api.ts';
import { StateMark } from '../parts/state_mark.tsx';
import { Table } from '../parts/table.tsx';

/** Why a request goes where it goes: the gateway answers with the code that serves. */
export function Explain() {
  const [explanation, setExplanation] = useState<ShownExplanation>();
  const [problem, setProblem] = useState<string>();
  const submit = async (event: Event) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    try {
      setExplanation(await ask<ShownExplanation>('/api/explain', requestOf(text)));
      setProblem(undefined);
    } catch (error) {
      setExplanation(undefined);
      setProblem((error as Error).message);
    }
  };
  return (
    <>
      <form class="fields" onSubmit={(event) => void submit(event)}>
        <label>
          URL <input name="url" type="url" required placeholder="https://app.example.com/cart" />
        </label>
        <label>
          Method <input name="method" value="GET" size={7} />
        </label>
        <label>
          Country <input name="country" size={4} placeholder="DE" />
        </label>
        <label>
          Client address <input name="client_address" placeholder="192.0.2.1" />
        </label>
        <label>
          Cookie <input name="cookie" />
        </label>
        <label>
          Other headers, a line each <textarea name="headers" rows={2} placeholder="x-tenant: a" />
        </label>
        <button type="submit" class="main">
          Explain
        </button>
      </form>
      <div role="status">
        {problem !== undefined && <p class="notice bad">{problem}</p>}
        {explanation !== undefined && <Result explanation={explanation} />}
      </div>
    </>
  );
}

function requestOf(text: (name: string) => string) {
  const lines = text('headers')
    .split('\n')
    .filter((line) => line.includes(':'));
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).trim().toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  );
  if (text('cookie') !== '') headers['cookie'] = text('cookie');
  return {
    url: text('url'),
    method: text('method').toUpperCase() || 'GET',
    headers,
    ...(text('client_address') === '' ? {} : { client_address: text('client_address') }),
    ...(text('country') === '' ? {} : { cf: { country: text('country').toUpperCase() } }),
  };
}

function Result({ explanation }: { explanation: ShownExplanation }) {
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
              cell: ({ result }) =>
                result === 'false'
                  ? 'its condition is false'
                  : result === 'applied'
                    ? 'applied'
                    : 'not reached',
            },
            { title: 'condition', cell: ({ condition }) => <code>{condition ?? 'always'}</code> },
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

function Fact({ name, children }: { name: string; children: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
