import * as v from 'valibot';
import { bool, id, text, texts, whole } from './fields.ts';
import type { ObjectList } from './source/lists.ts';

// Fields with their meaning and further notes, which validation and the documentation print.

type AnySchema = v.BaseSchema<unknown, unknown, v.BaseIssue<unknown>>;

/** A field's description in the schema, apart from its type. Validation and the documentation print it. */
export interface FieldNotes {
  unit?: string;
  /** Why a field of Cloudflare's configurations has no effect here. It is accepted. */
  no_effect?: string;
  /** Values that need no warning, because they ask for what happens anyway. An object may hold any part of one of them. */
  neutral?: readonly unknown[];
  /** Set by Cloudflare's API; not read here. */
  read_only?: boolean;
  /** 0 means 'not set': no value of the field can be 0. */
  zero_is_unset?: boolean;
  /** Words may be written in any case; they become lower case. */
  any_case?: boolean;
  /** Other words for its values, with the value that each stands for. */
  aliases?: Readonly<Record<string, string>>;
  /** The value, or the key of a record, names an object of this list. See references/places.ts. */
  refers_to?: ObjectList;
  /** Values of Cloudflare's that cannot work here, with what to do instead. */
  instead?: Readonly<Record<string, string>>;
}

/** A field with its meaning. @param more its unit, or all its notes */
export function about<const T extends AnySchema>(meaning: string, schema: T, more: string | FieldNotes = {}) {
  const notes: FieldNotes = typeof more === 'string' ? { unit: more } : more;
  return v.pipe(schema, v.description(meaning), v.metadata({ ...notes }));
}

/** A value with notes, such as an item of a list. */
export function noted<const T extends AnySchema>(schema: T, notes: FieldNotes) {
  return v.pipe(schema, v.metadata({ ...notes }));
}

/** The id of an object of another list; of a pool, its name too. */
export function reference(list: ObjectList) {
  return noted(id, { refers_to: list });
}

/**
 * A field that is accepted and has no effect here. Setting it is a warning.
 * @param neutral values without a warning: those that are in effect anyway, such as the API's defaults
 */
export function ignored<const T extends AnySchema>(
  reason: string,
  schema: T,
  neutral: readonly unknown[] = ['', 'none', false],
) {
  return about(`No effect here: ${reason}.`, schema, { no_effect: reason, neutral });
}

/** DNS fields of a load balancer and of its rules, with the defaults of Cloudflare's API. */
export const DNS_ONLY = {
  location_strategy: ignored(
    "it is for DNS; here a request's own location counts",
    v.optional(v.looseObject({}, 'an object')),
    [{ mode: 'pop', prefer_ecs: 'proximity' }],
  ),
  // 30 seconds is what the API gives every proxied load balancer.
  ttl: ignored('it is for DNS', v.optional(whole(0, 86_400)), [0, 30]),
};

/** Which of Cloudflare's networks serves. */
export const networks = ignored('a Worker is reached wherever Cloudflare is', v.optional(texts), [
  ['cloudflare'],
]);

/** A field that Cloudflare's API sets. It may stay in a file that was fetched from there. */
export function readOnly<const T extends AnySchema>(schema: T) {
  return about("Set by Cloudflare's API; not read here.", schema, { read_only: true });
}

/** What Cloudflare's API adds to every object. */
export const SET_BY_API = {
  created_on: readOnly(v.optional(text)),
  modified_on: readOnly(v.optional(text)),
  account_id: readOnly(v.optional(text)),
};

/** What it adds to pools and origins. */
export const HEALTH_BY_API = {
  disabled_at: readOnly(v.optional(text)),
  healthy: readOnly(v.optional(bool)),
  failure_reason: readOnly(v.optional(text)),
};
