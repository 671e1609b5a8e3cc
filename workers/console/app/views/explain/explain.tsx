import { useRef, useState } from 'preact/hooks';
import type { ShownExplanation } from '../../../../../shared/contracts/explain.ts';
import type { Status } from '../../../../../shared/contracts/status.ts';
import { ask } from '../../data/api.ts';
import type { Place } from '../../data/use_place.ts';
import { requestOf } from '../../lib/request_form.ts';
import { Past } from './past.tsx';
import { Recent } from './recent.tsx';
import { Result } from './result.tsx';

/** Why a request goes where it goes: the gateway answers with the code that serves. */
export function Explain({ place, status }: { place: Place; status: Status }) {
  const [explanation, setExplanation] = useState<ShownExplanation>();
  const [problem, setProblem] = useState<string>();
  const form = useRef<HTMLFormElement>(null);
  const past = place.get('request');
  const fill = (fields: Readonly<Record<string, string>>) => {
    for (const [name, value] of Object.entries(fields)) {
      const input = form.current?.elements.namedItem(name);
      if (input instanceof HTMLInputElement) input.value = value;
    }
    form.current?.querySelector('input')?.focus();
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string) => String(fields.get(name) ?? '').trim();
    // Headers, cookies and addresses may be private, so they are not in the URL.
    place.go({ url: text('url'), method: text('method'), country: text('country') || null });
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
      <form ref={form} class="fields" onSubmit={(event) => void submit(event)}>
        <label>
          URL{' '}
          <input
            name="url"
            type="url"
            required
            placeholder="https://app.example.com/cart"
            defaultValue={place.get('url') ?? ''}
          />
        </label>
        <label>
          Method <input name="method" defaultValue={place.get('method') ?? 'GET'} size={7} />
        </label>
        <label>
          Country <input name="country" size={4} placeholder="DE" defaultValue={place.get('country') ?? ''} />
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
      {past !== null && <Past place={place} status={status} request={past} onFill={fill} />}
      <Recent place={place} />
    </>
  );
}
