/** Calls of Durable Objects by class and method, alarms included: `Monitors.alarm`. */
export type ObjectCalls = Record<string, number>;

/**
 * The health Worker's bundle, with objects that count their calls. `GET /` answers with {@link ObjectCalls}.
 * @throws Error if the bundle does not export the classes as esbuild writes it
 */
export function countedHealth(source: string): string {
  const exported = [...source.matchAll(/export\s*\{([^}]*)\}/g)].flatMap(([, names = '']) =>
    names.split(','),
  );
  const local = (name: string) => {
    const [id, as] =
      exported.map((part) => part.trim().split(/\s+as\s+/)).find((part) => part.at(-1) === name) ?? [];
    if (id === undefined || (name === 'default' && as === undefined))
      throw new Error(`the bundle of the health Worker does not export ${name} by a name`);
    return id;
  };
  const counted = ['Monitors', 'Region'].map((name) => `[${JSON.stringify(name)}, ${local(name)}]`);
  return `${source}
const calls = {};
for (const [name, { prototype }] of [${counted.join(', ')}])
  for (const method of Object.getOwnPropertyNames(prototype)) {
    const real = prototype[method];
    if (method === 'constructor' || typeof real !== 'function') continue;
    prototype[method] = function (...args) {
      calls[name + '.' + method] = (calls[name + '.' + method] ?? 0) + 1;
      return real.apply(this, args);
    };
  }
${local('default')}.fetch = () => Response.json(calls);
`;
}
