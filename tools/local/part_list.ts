import type { Config } from '../../shared/model/config.ts';
import { type ExtraProxy, namedProxies } from '../project/extra_proxies.ts';
import type { StartOptions } from './options.ts';
import { demoParts, INNER, type InnerPorts, type Part, sqlPart, workerParts } from './parts.ts';
import { freePorts } from './ports.ts';

/** The input of the parts. */
export interface PartOptions {
  start: StartOptions;
  /** Absolute path of the configuration file that is bundled as the last resort. */
  config_file: string;
  config: Config;
}

/** The parts of the local system, and the ports of those whose port nobody needs to know beforehand. */
export class PartList {
  /** The demo origins, in the order of their keys. */
  readonly demo: readonly Part[];
  readonly #options: PartOptions;
  readonly #extra: readonly ExtraProxy[];
  #inner: InnerPorts = {};
  #all: readonly Part[] = [];

  constructor(options: PartOptions) {
    this.#options = options;
    this.#extra = namedProxies(options.config);
    this.demo = options.start.demo ? demoParts(options.start) : [];
  }

  /** Every part; none before {@link choosePorts}. */
  get all(): readonly Part[] {
    return this.#all;
  }

  /** Chooses the ports of the inner Workers and makes all parts. */
  async choosePorts(): Promise<void> {
    const names = [...INNER, ...this.#extra.map(({ name }) => name)];
    const ports = await freePorts(names.length);
    this.#inner = Object.fromEntries(names.map((name, index) => [name, ports[index] ?? 0]));
    this.#all = [...this.demo, sqlPart(this.#options.start), ...this.#workers()];
  }

  named(name: string): Part | undefined {
    return this.#all.find((part) => part.name === name);
  }

  isDemo(part: Part): boolean {
    return this.demo.includes(part);
  }

  /**
   * Gives an inner Worker another free port.
   * @returns the part with its new port; undefined if the part has a port that others know
   */
  async moved(part: Part): Promise<Part | undefined> {
    if (!Object.hasOwn(this.#inner, part.name)) return undefined;
    const [port = 0] = await freePorts(1);
    this.#inner = { ...this.#inner, [part.name]: port };
    const moved = this.#workers().find(({ name }) => name === part.name);
    if (moved !== undefined) this.#all = this.#all.map((one) => (one === part ? moved : one));
    return moved;
  }

  #workers(): Part[] {
    const { start, config_file } = this.#options;
    return workerParts(start, this.#inner, config_file, this.#extra);
  }
}
