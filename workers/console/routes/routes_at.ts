import type { Route } from './route.ts';

/**
 * The routes of a path, for any method. Where several fit, only those with the fewest parameters count: `load_balancers/pools` is
 * the list of pools, and never a load balancer whose id is `pools`.
 * @param pathname with or without a slash at its end
 */
export function routesAt(routes: readonly Route[], pathname: string): readonly Route[] {
  const given = pathname.replace(/\/+$/, '').split('/');
  const fitting = routes.filter(({ path }) => fits(path.split('/'), given));
  const fewest = Math.min(...fitting.map(parameters));
  return fitting.filter((route) => parameters(route) === fewest);
}

function fits(path: readonly string[], given: readonly string[]): boolean {
  return path.length === given.length && path.every((part, i) => part.startsWith(':') || part === given[i]);
}

function parameters({ path }: Route): number {
  return path.split('/:').length - 1;
}
