import * as v from 'valibot';
import { REGION_CODES } from '../geo/regions.ts';
import { oneOf, text, weight } from './fields.ts';
import { reference } from './notes.ts';

// References to pools, and the places that they are listed by.

/** Cloudflare's load balancing regions. */
export const region = oneOf(REGION_CODES);
/** ISO 3166-1 alpha-2, and Cloudflare's `T1` (Tor) and `XX` (unknown). */
export const country = v.pipe(text, v.regex(/^[A-Z][A-Z0-9]$/, 'a country in two capital letters ("DE")'));
export const pop = v.pipe(text, v.regex(/^[A-Z]{3}$/, 'a data centre in three capital letters ("FRA")'));
/** A pool, by id or name. */
export const pool = reference('pools');
export const pools = v.array(pool, 'a list of pool ids');

/** Ids of at least one pool. */
export const somePools = v.pipe(pools, v.minLength(1, 'at least one pool id'));

/** Weights by pool id. */
export const poolWeights = v.record(pool, weight, 'an object of pool id to weight');

/** Ids of pools in failover order, by region, country or data centre. */
export const regionPools = v.record(region, pools, 'an object of region code to list of pool ids');
export const countryPools = v.record(country, pools, 'an object of country code to list of pool ids');
export const popPools = v.record(pop, pools, 'an object of data centre code to list of pool ids');
