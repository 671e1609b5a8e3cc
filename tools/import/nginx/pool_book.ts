import type { FilePool } from '../../../shared/authoring/schema.ts';
import type { Notes } from '../output/notes.ts';
import { Names } from '../parts/names.ts';
import { isServable } from '../parts/served_hosts.ts';
import type { Ledger } from '../report/ledger.ts';
import type { Statement } from './statement.ts';
import { poolOfOne, poolsOf, type UpstreamPools } from './upstream.ts';

/** The pools that a `proxy_pass` leads to. */
export type Used = UpstreamPools;

/** A Host that a location sends to its origins. */
interface Sent {
  directive: Statement;
  /** The hosts of its server. */
  served: readonly string[];
}

/** Makes a pool when a `proxy_pass` first leads to it. */
export class PoolBook {
  readonly #ledger: Ledger;
  readonly #notes: Notes;
  readonly #upstreams: ReadonlyMap<string, Statement>;
  readonly #names = new Names();
  readonly #made = new Map<string, Used | undefined>();
  readonly #hosts = new Map<Used, Sent[]>();

  constructor(upstreams: readonly Statement[], ledger: Ledger, notes: Notes) {
    this.#ledger = ledger;
    this.#notes = notes;
    this.#upstreams = new Map(upstreams.map((each) => [each.args[0] ?? '', each]));
  }

  /**
   * The pools behind a URL.
   * @param directive that names the URL
   * @returns undefined: none of its servers can be taken
   */
  use(url: string, directive: Statement): Used | undefined {
    const [, scheme = 'http', authority = '', path = ''] =
      /^(?:(https?):\/\/)?([^/]*)(.*)$/is.exec(url) ?? [];
    const secure = scheme.toLowerCase() === 'https' ? 'https' : 'http';
    const key = `${secure}://${authority}`;
    if (!this.#made.has(key)) this.#made.set(key, this.#make(authority, secure, directive));
    const used = this.#made.get(key);
    if (used === undefined)
      this.#ledger.none(
        directive,
        'is no host that a Worker can connect to; expose it over HTTP under a hostname',
      );
    else if (path === '' || directive.name !== 'proxy_pass') this.#ledger.taken(directive);
    else if (path === '/')
      this.#ledger.approximated(
        directive,
        'the path reaches the origin whole; nginx replaces the prefix by /',
      );
    else
      this.#ledger.approximated(
        directive,
        `the path reaches the origin as it is; rewrite it to ${path} by a Transform Rule`,
      );
    return used;
  }

  #make(authority: string, scheme: 'http' | 'https', directive: Statement): Used | undefined {
    const context = { ledger: this.#ledger, notes: this.#notes, names: this.#names };
    const upstream = this.#upstreams.get(authority);
    if (upstream === undefined) {
      const one = poolOfOne(directive, authority, scheme, context);
      return one && { pools: [one], servers: 1 };
    }
    const used = poolsOf(upstream, scheme, context);
    return used.pools.length === 0 ? undefined : used;
  }

  /**
   * Notes the Host that a location sends to its origins.
   * @param served the hosts of its server
   */
  sendHost(used: Used, directive: Statement, served: readonly string[]): void {
    const sent = this.#hosts.get(used) ?? [];
    this.#hosts.set(used, sent);
    sent.push({ directive, served });
  }

  /** All pools, with the Host of their origins. */
  finish(): FilePool[] {
    // An upstream that no location uses is imported too, because an operator may switch to it.
    for (const [name, upstream] of this.#upstreams)
      if (!this.#ledger.has(upstream)) this.#made.set(`http://${name}`, this.#make(name, 'http', upstream));
    const all = [...this.#made.values()].filter((each) => each !== undefined);
    for (const used of all) this.#setHost(used);
    return all.flatMap(({ pools }) => pools);
  }

  #setHost(used: Used): void {
    const sent = this.#hosts.get(used) ?? [];
    const wanted = new Set(
      sent.flatMap(({ directive, served }) => {
        const value = directive.args[1] ?? '';
        return /^\$(host|http_host|server_name)$/.test(value) ? served : [value];
      }),
    );
    const [host] = wanted;
    const fits =
      host !== undefined &&
      wanted.size === 1 &&
      isServable(host) &&
      !host.includes('*') &&
      !host.endsWith('.invalid');
    for (const { directive } of sent)
      this.#ledger.approximated(
        directive,
        fits
          ? 'needs both names in your own zone, else the origin sees its address as Host'
          : 'the origin sees its address as Host; X-Forwarded-Host carries the name that the client used',
      );
    if (fits)
      for (const { origins } of used.pools) for (const origin of origins) origin.header = { Host: [host] };
  }
}
